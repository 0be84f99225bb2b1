-- Facts: what the events meant. Natural keys make replays and redeliveries change nothing.
-- `repository` is always lower-case `owner/name`; `service` lower-case, the repository where nobody named one.

create table stream (
  tenant_id uuid not null,
  id text not null check (id ~ '^[a-z0-9][a-z0-9-]{0,62}$' and id <> 'all'),
  kind text not null check (kind in ('delivery', 'tech')),
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default app.now(),
  constraint stream_pkey primary key (tenant_id, id)
);
comment on table stream is 'A team or product (delivery) or a platform or language (tech). `all` is everything a tenant has and needs no row.';
select app.protect('stream');

create table stream_source (
  tenant_id uuid not null,
  stream_id text not null,
  kind text not null check (kind in ('repository', 'jira_project', 'service')),
  value text not null check (value = lower(value) and length(value) between 1 and 300),
  constraint stream_source_pkey primary key (tenant_id, stream_id, kind, value),
  constraint stream_source__stream foreign key (tenant_id, stream_id) references stream (tenant_id, id) on delete cascade
);
create index stream_source__value on stream_source (tenant_id, kind, value);
select app.protect('stream_source');

create table deployment_records (
  tenant_id uuid not null,
  id bigint generated always as identity,
  source text not null check (source in ('github.deployment', 'github.release', 'github.workflow_run', 'git', 'api')),
  external_id text not null,
  repository text not null,
  service text not null,
  environment text not null,
  sha text,
  ref text,
  url text,
  status text not null check (status in ('pending', 'success', 'failure')),
  created_at timestamptz,
  finished_at timestamptz,
  failed_at timestamptz,
  counted boolean not null default false,
  counted_at timestamptz,
  ticket_links text[] not null default '{}',
  rework_reason text,
  recorded_at timestamptz not null default app.now(),
  constraint deployment_records_pkey primary key (tenant_id, id),
  constraint deployment_records__external_id unique (tenant_id, source, external_id)
);
comment on column deployment_records.status is 'success once any status said success; else failure once any said so; else pending. So order does not matter.';
comment on column deployment_records.finished_at is 'The earliest success.';
comment on column deployment_records.counted is 'Derived: a successful production deployment of the source this tenant counts.';
comment on column deployment_records.counted_at is 'Derived: finished_at as it was last derived, so that an earlier success heard of later re-opens both days; null when not counted.';
comment on column deployment_records.ticket_links is 'Derived: `stream pr_number` of the pull requests that bring it into streams by ticket, as last derived.';
comment on column deployment_records.rework_reason is 'Derived: why this deployment was unplanned repair (revert, hotfix, rollback, incident-fix, label); null when it was not.';
create index deployment_records__repository on deployment_records (tenant_id, repository, finished_at);
create index deployment_records__service on deployment_records (tenant_id, service, finished_at) where counted;
create index deployment_records__finished_at on deployment_records (tenant_id, finished_at desc, id desc) where counted;
create index deployment_records__sha on deployment_records (tenant_id, sha);
select app.protect('deployment_records');

create table commits (
  tenant_id uuid not null,
  repository text not null,
  sha text not null,
  parents text[] not null default '{}',
  committed_at timestamptz not null,
  reverts text,
  pr_number integer,
  ticket_keys text[] not null default '{}',
  recorded_at timestamptz not null default app.now(),
  constraint commits_pkey primary key (tenant_id, repository, sha)
);
comment on column commits.parents is 'As far as known: from a push, the commit before it in the push, or the push''s before.';
comment on column commits.reverts is 'Commit that this one says it reverts.';
create index commits__pr_number on commits (tenant_id, repository, pr_number) where pr_number is not null;
select app.protect('commits');

create table pr_events (
  tenant_id uuid not null,
  id bigint generated always as identity,
  repository text not null,
  pr_number integer not null,
  action text not null,
  occurred_at timestamptz not null,
  title text,
  head_ref text,
  head_sha text,
  base_ref text,
  merge_commit_sha text,
  merged boolean,
  author_hash text,
  review_state text,
  labels text[] not null default '{}',
  ticket_keys text[] not null default '{}',
  recorded_at timestamptz not null default app.now(),
  constraint pr_events_pkey primary key (tenant_id, id),
  constraint pr_events__natural unique (tenant_id, repository, pr_number, action, occurred_at)
);
comment on column pr_events.author_hash is 'HMAC of the login under HMAC_KEY; no person''s name is stored.';
create index pr_events__merge_commit on pr_events (tenant_id, repository, merge_commit_sha) where merged;
select app.protect('pr_events');

create table pr_streams (
  tenant_id uuid not null,
  repository text not null,
  pr_number integer not null,
  stream_id text not null,
  ticket_key text not null,
  constraint pr_streams_pkey primary key (tenant_id, repository, pr_number, stream_id),
  constraint pr_streams__stream foreign key (tenant_id, stream_id) references stream (tenant_id, id) on delete cascade
);
comment on table pr_streams is 'Pull requests that belong to a stream because they name a ticket of one of its Jira projects.';
create index pr_streams__stream_id on pr_streams (tenant_id, stream_id);
select app.protect('pr_streams');

create table work_item_events (
  tenant_id uuid not null,
  id bigint generated always as identity,
  source text not null check (source in ('jira', 'github')),
  external_id text not null,
  item_key text not null,
  project_key text not null,
  item_type text,
  action text not null,
  field text,
  from_value text,
  to_value text,
  points double precision,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default app.now(),
  constraint work_item_events_pkey primary key (tenant_id, id),
  constraint work_item_events__natural unique (tenant_id, source, item_key, external_id)
);
create index work_item_events__occurred_at on work_item_events (tenant_id, project_key, occurred_at);
select app.protect('work_item_events');

create table incident_events (
  tenant_id uuid not null,
  id bigint generated always as identity,
  source text not null check (source in ('jira', 'github', 'api')),
  incident_key text not null,
  action text not null check (action in ('opened', 'resolved', 'reopened', 'linked', 'withdrawn')),
  occurred_at timestamptz not null,
  title text,
  severity text,
  repository text,
  service text,
  project_key text,
  deployment_sha text,
  url text,
  recorded_at timestamptz not null default app.now(),
  constraint incident_events_pkey primary key (tenant_id, id),
  constraint incident_events__natural unique (tenant_id, source, incident_key, action, occurred_at)
);
comment on column incident_events.action is 'withdrawn: deleted, or no longer marked as an incident.';
select app.protect('incident_events');

-- Derived from the facts above, recomputed whenever they change; never written by a processor.

create table incidents (
  tenant_id uuid not null,
  id bigint generated always as identity,
  source text not null,
  incident_key text not null,
  title text not null,
  severity text,
  repository text,
  service text,
  project_key text,
  deployment_sha text,
  url text,
  started_at timestamptz not null,
  resolved_at timestamptz,
  withdrawn boolean not null default false,
  deployment_id bigint,
  method text check (method in ('override', 'sha', 'revert', 'service', 'project')),
  confidence real,
  evidence jsonb not null default '{}',
  constraint incidents_pkey primary key (tenant_id, id),
  constraint incidents__natural unique (tenant_id, source, incident_key),
  constraint incidents__deployment foreign key (tenant_id, deployment_id) references deployment_records (tenant_id, id) on delete set null (deployment_id)
);
comment on column incidents.deployment_id is 'The deployment that caused it; null is unattributed.';
create index incidents__started_at on incidents (tenant_id, started_at desc, id desc);
create index incidents__deployment_id on incidents (tenant_id, deployment_id);
select app.protect('incidents');

create table attribution_override (
  tenant_id uuid not null,
  incident_id bigint not null,
  deployment_id bigint,
  reason text not null,
  actor_name text not null,
  created_at timestamptz not null default app.now(),
  constraint attribution_override_pkey primary key (tenant_id, incident_id),
  constraint attribution_override__incident foreign key (tenant_id, incident_id) references incidents (tenant_id, id) on delete cascade,
  constraint attribution_override__deployment foreign key (tenant_id, deployment_id) references deployment_records (tenant_id, id) on delete cascade
);
comment on table attribution_override is 'A person''s word on what caused an incident; deployment_id null says: no deployment of ours.';
select app.protect('attribution_override');

create table changes (
  tenant_id uuid not null,
  repository text not null,
  sha text not null,
  deployment_id bigint not null,
  committed_at timestamptz not null,
  clock text not null check (clock in ('committed', 'pr_first_commit')),
  pr_number integer,
  lead_seconds integer not null,
  coding_seconds integer,
  pickup_seconds integer,
  review_seconds integer,
  deploy_seconds integer,
  ticketed boolean not null default false,
  origin text not null check (origin in ('derived', 'git')),
  constraint changes_pkey primary key (tenant_id, repository, sha),
  constraint changes__deployment foreign key (tenant_id, deployment_id) references deployment_records (tenant_id, id) on delete cascade
);
comment on table changes is 'Each commit once, at the first counted deployment that contains it. Negative lead_seconds are kept, counted and left out of metrics.';
create index changes__deployment_id on changes (tenant_id, deployment_id);
create index changes__sha on changes (tenant_id, sha collate "C");
select app.protect('changes');

create table deployment_failures (
  tenant_id uuid not null,
  deployment_id bigint not null,
  cause text not null check (cause in ('incident', 'rollback', 'revert', 'hotfix')),
  cause_key text not null,
  recovered_at timestamptz,
  method text not null,
  confidence real not null,
  evidence jsonb not null default '{}',
  constraint deployment_failures_pkey primary key (tenant_id, deployment_id, cause, cause_key),
  constraint deployment_failures__deployment foreign key (tenant_id, deployment_id) references deployment_records (tenant_id, id) on delete cascade
);
comment on table deployment_failures is 'Why a deployment needed remediation; a deployment with several causes failed once.';
select app.protect('deployment_failures');

-- Published for other modules: which streams a counted deployment belongs to. A ticket link brings a deployment into a
-- stream that owns neither repository nor service.
create view delivery_v_deployment_stream with (security_invoker = true) as
  select d.tenant_id, s.stream_id, d.id as deployment_id
  from deployment_records d
  join stream_source s on s.tenant_id = d.tenant_id
    and ((s.kind = 'repository' and s.value = d.repository) or (s.kind = 'service' and s.value = d.service))
  where d.counted
  union
  select c.tenant_id, p.stream_id, c.deployment_id
  from changes c join pr_streams p on p.tenant_id = c.tenant_id and p.repository = c.repository and p.pr_number = c.pr_number;
grant select on delivery_v_deployment_stream to daytwo_app, daytwo_platform, daytwo_operator;

-- Published as they are: other modules read facts by these names, so that the tables may change behind them.
create view delivery_v_stream with (security_invoker = true) as select * from stream;
create view delivery_v_stream_source with (security_invoker = true) as select * from stream_source;
create view delivery_v_deployment with (security_invoker = true) as select * from deployment_records;
create view delivery_v_change with (security_invoker = true) as select * from changes;
create view delivery_v_failure with (security_invoker = true) as select * from deployment_failures;
create view delivery_v_incident with (security_invoker = true) as select * from incidents;
create view delivery_v_pr_stream with (security_invoker = true) as select * from pr_streams;
grant select on delivery_v_stream, delivery_v_stream_source, delivery_v_deployment, delivery_v_change, delivery_v_failure, delivery_v_incident, delivery_v_pr_stream
  to daytwo_app, daytwo_platform, daytwo_operator;

-- down
drop view delivery_v_stream, delivery_v_stream_source, delivery_v_deployment, delivery_v_change, delivery_v_failure, delivery_v_incident, delivery_v_pr_stream;
drop view delivery_v_deployment_stream;
drop table deployment_failures, changes, attribution_override, incidents, incident_events, work_item_events, pr_streams,
  pr_events, commits, deployment_records, stream_source, stream;
