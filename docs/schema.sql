-- Generated from the migrated catalogue by "npm run docs"; not run by anything. CI fails when it differs.

create table alert (
  tenant_id uuid not null,
  id uuid not null,
  condition text not null,
  subject text not null,
  severity text not null,
  state text not null,
  visible_to text not null,
  detail text not null,
  value double precision not null,
  threshold double precision not null,
  raised_at timestamp with time zone not null, -- When it was raised first; a return soon after resolving reopens the same alert.
  last_found_at timestamp with time zone not null,
  clean_since timestamp with time zone, -- First evaluation in a row that did not find it; it resolves once that is long enough ago.
  acknowledged_at timestamp with time zone,
  acknowledged_by text,
  resolved_at timestamp with time zone,
  constraint alert_pkey PRIMARY KEY (tenant_id, id),
  constraint alert__acknowledged CHECK (((state <> 'acknowledged'::text) OR (acknowledged_at IS NOT NULL))),
  constraint alert__resolved CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
  constraint alert_severity_check CHECK ((severity = ANY (ARRAY['LOW'::text, 'MEDIUM'::text, 'HIGH'::text, 'CRITICAL'::text]))),
  constraint alert_state_check CHECK ((state = ANY (ARRAY['raised'::text, 'acknowledged'::text, 'resolved'::text]))),
  constraint alert_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id),
  constraint alert_visible_to_check CHECK ((visible_to = ANY (ARRAY['tenant'::text, 'platform'::text])))
);
CREATE UNIQUE INDEX alert__open ON public.alert USING btree (condition, tenant_id, subject) WHERE (state <> 'resolved'::text);
CREATE INDEX alert__resolved_at ON public.alert USING btree (condition, resolved_at) WHERE (state = 'resolved'::text);
create policy operator on alert to daytwo_operator using (true);
create policy owner on alert to daytwo_owner using (true);
create policy platform on alert to daytwo_platform using (true);
create policy tenant on alert to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert to daytwo_app;
grant delete, insert, select, update on alert to daytwo_operator;
grant delete, insert, select, update on alert to daytwo_platform;

create table alert_condition (
  name text not null,
  evaluation uuid,
  last_evaluated_at timestamp with time zone,
  error text,
  constraint alert_condition_pkey PRIMARY KEY (name)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert_condition FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert_condition to daytwo_operator;
grant delete, insert, select, update on alert_condition to daytwo_platform;

create table alert_history (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  alert_id uuid not null,
  at timestamp with time zone not null default app.now(),
  what text not null,
  actor text, -- Who did it; null where the evaluation did.
  note text,
  value double precision,
  constraint alert_history_pkey PRIMARY KEY (tenant_id, id),
  constraint alert_history__alert FOREIGN KEY (tenant_id, alert_id) REFERENCES alert(tenant_id, id) ON DELETE CASCADE,
  constraint alert_history_what_check CHECK ((what = ANY (ARRAY['raised'::text, 'acknowledged'::text, 'resolved'::text, 'severity-changed'::text, 'reopened'::text])))
);
CREATE INDEX alert_history__alert_id ON public.alert_history USING btree (tenant_id, alert_id, id);
create policy operator on alert_history to daytwo_operator using (true);
create policy owner on alert_history to daytwo_owner using (true);
create policy platform on alert_history to daytwo_platform using (true);
create policy tenant on alert_history to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert_history FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert_history to daytwo_app;
grant delete, insert, select, update on alert_history to daytwo_operator;
grant delete, insert, select, update on alert_history to daytwo_platform;

create table alert_pending (
  condition text not null,
  owner_id uuid not null, -- The tenant whose alert it would be.
  subject text not null,
  found_since timestamp with time zone not null,
  last_found_at timestamp with time zone not null,
  constraint alert_pending_pkey PRIMARY KEY (condition, owner_id, subject)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON alert_pending FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on alert_pending to daytwo_operator;
grant delete, insert, select, update on alert_pending to daytwo_platform;

create table api_key (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  prefix text not null,
  hash bytea not null, -- SHA-256 of the key; the key has 256 bits of entropy, so a slow hash adds nothing.
  scopes text[] not null,
  streams text[], -- Allowed streams; null is all, and an empty list cannot be stored.
  created_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_key_pkey PRIMARY KEY (tenant_id, id),
  constraint api_key__hash UNIQUE (hash),
  constraint api_key_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint api_key_scopes_check CHECK ((cardinality(scopes) > 0)),
  constraint api_key_streams_check CHECK ((cardinality(streams) > 0)),
  constraint api_key_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
create policy operator on api_key to daytwo_operator using (true);
create policy owner on api_key to daytwo_owner using (true);
create policy platform on api_key to daytwo_platform using (true);
create policy tenant on api_key to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON api_key FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on api_key to daytwo_app;
grant delete, insert, select, update on api_key to daytwo_operator;
grant delete, insert, select, update on api_key to daytwo_platform;

-- Verified files of the archive. The manifest beside each file is the truth; these rows are for looking.
create table archive_file (
  tenant_id uuid not null,
  table_name text not null,
  day date not null,
  part integer not null,
  name text not null,
  row_count bigint not null,
  byte_count bigint not null,
  sha256 text not null,
  purged_count bigint not null default 0,
  verified_at timestamp with time zone not null default app.now(),
  constraint archive_file_pkey PRIMARY KEY (tenant_id, table_name, day, part)
);
create policy operator on archive_file to daytwo_operator using (true);
create policy owner on archive_file to daytwo_owner using (true);
create policy platform on archive_file to daytwo_platform using (true);
create policy tenant on archive_file to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON archive_file FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on archive_file to daytwo_app;
grant delete, insert, select, update on archive_file to daytwo_operator;
grant delete, insert, select, update on archive_file to daytwo_platform;

-- A person's word on what caused an incident; deployment_id null says: no deployment of ours.
create table attribution_override (
  tenant_id uuid not null,
  incident_id bigint not null,
  deployment_id bigint,
  reason text not null,
  actor_name text not null,
  created_at timestamp with time zone not null default app.now(),
  constraint attribution_override_pkey PRIMARY KEY (tenant_id, incident_id),
  constraint attribution_override__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE CASCADE,
  constraint attribution_override__incident FOREIGN KEY (tenant_id, incident_id) REFERENCES incidents(tenant_id, id) ON DELETE CASCADE
);
create policy operator on attribution_override to daytwo_operator using (true);
create policy owner on attribution_override to daytwo_owner using (true);
create policy platform on attribution_override to daytwo_platform using (true);
create policy tenant on attribution_override to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON attribution_override FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on attribution_override to daytwo_app;
grant delete, insert, select, update on attribution_override to daytwo_operator;
grant delete, insert, select, update on attribution_override to daytwo_platform;

-- Who changed what, with before and after. Append-only for every role.
create table audit_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  module text not null,
  action text not null,
  created_at timestamp with time zone not null default app.now(),
  actor_type text not null,
  actor_id text not null,
  actor_name text not null,
  subject text not null,
  delta jsonb not null default '{}'::jsonb,
  request_id text,
  constraint audit_events_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_events__created_at ON public.audit_events USING btree (tenant_id, created_at DESC, id DESC);
create policy operator on audit_events to daytwo_operator using (true);
create policy owner on audit_events to daytwo_owner using (true);
create policy platform on audit_events to daytwo_platform using (true);
create policy tenant on audit_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
grant insert, select on audit_events to daytwo_app;
grant insert, select on audit_events to daytwo_operator;
grant insert, select on audit_events to daytwo_platform;

-- Each commit once, at the first counted deployment that contains it. Negative lead_seconds are kept, counted and left out of metrics.
create table changes (
  tenant_id uuid not null,
  repository text not null,
  sha text not null,
  deployment_id bigint not null,
  committed_at timestamp with time zone not null,
  clock text not null,
  pr_number integer,
  lead_seconds integer not null,
  coding_seconds integer,
  pickup_seconds integer,
  review_seconds integer,
  deploy_seconds integer,
  ticketed boolean not null default false,
  origin text not null,
  constraint changes_pkey PRIMARY KEY (tenant_id, repository, sha),
  constraint changes__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE CASCADE,
  constraint changes_clock_check CHECK ((clock = ANY (ARRAY['committed'::text, 'pr_first_commit'::text]))),
  constraint changes_origin_check CHECK ((origin = ANY (ARRAY['derived'::text, 'git'::text])))
);
CREATE INDEX changes__deployment_id ON public.changes USING btree (tenant_id, deployment_id);
CREATE INDEX changes__sha ON public.changes USING btree (tenant_id, sha COLLATE "C");
create policy operator on changes to daytwo_operator using (true);
create policy owner on changes to daytwo_owner using (true);
create policy platform on changes to daytwo_platform using (true);
create policy tenant on changes to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON changes FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on changes to daytwo_app;
grant delete, insert, select, update on changes to daytwo_operator;
grant delete, insert, select, update on changes to daytwo_platform;

create table commits (
  tenant_id uuid not null,
  repository text not null,
  sha text not null,
  parents text[] not null default '{}'::text[], -- As far as known: from a push, the commit before it in the push, or the push's before.
  committed_at timestamp with time zone not null,
  reverts text, -- Commit that this one says it reverts.
  pr_number integer,
  ticket_keys text[] not null default '{}'::text[],
  recorded_at timestamp with time zone not null default app.now(),
  sealed boolean not null default false, -- Shipped by a deployment that is purged: no change of any other.
  constraint commits_pkey PRIMARY KEY (tenant_id, repository, sha)
);
CREATE INDEX commits__pr_number ON public.commits USING btree (tenant_id, repository, pr_number) WHERE (pr_number IS NOT NULL);
CREATE INDEX commits__recorded_at ON public.commits USING btree (tenant_id, recorded_at);
create policy operator on commits to daytwo_operator using (true);
create policy owner on commits to daytwo_owner using (true);
create policy platform on commits to daytwo_platform using (true);
create policy tenant on commits to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON commits FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on commits to daytwo_app;
grant delete, insert, select, update on commits to daytwo_operator;
grant delete, insert, select, update on commits to daytwo_platform;

create table connection (
  tenant_id uuid not null,
  id uuid not null,
  source text not null,
  name text not null,
  secret bytea not null, -- AES-256-GCM under the instance key, bound to the connection id.
  previous_secret bytea,
  previous_valid_until timestamp with time zone,
  created_at timestamp with time zone not null default app.now(),
  disabled_at timestamp with time zone,
  event_source text, -- What event_queue.event_source says of its events; only of the kind `events`, whose source has no name of its own.
  constraint connection_pkey PRIMARY KEY (tenant_id, id),
  constraint connection__id UNIQUE (id),
  constraint connection__named CHECK (((source = 'events'::text) = (event_source IS NOT NULL))),
  constraint connection_event_source_check CHECK ((event_source ~ '^[a-z][a-z0-9-]{1,39}$'::text)),
  constraint connection_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint connection_source_check CHECK ((source = ANY (ARRAY['github'::text, 'jira'::text, 'events'::text]))),
  constraint connection_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
CREATE UNIQUE INDEX connection__event_source ON public.connection USING btree (tenant_id, event_source) WHERE (disabled_at IS NULL);
create policy operator on connection to daytwo_operator using (true);
create policy owner on connection to daytwo_owner using (true);
create policy platform on connection to daytwo_platform using (true);
create policy tenant on connection to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON connection FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on connection to daytwo_app;
grant delete, insert, select, update on connection to daytwo_operator;
grant delete, insert, select, update on connection to daytwo_platform;

create table database_sample (
  sampled_at timestamp with time zone not null,
  wal_bytes bigint not null, -- Position in the write-ahead log: differences are what was written.
  database_bytes bigint not null,
  constraint database_sample_pkey PRIMARY KEY (sampled_at)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON database_sample FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on database_sample to daytwo_operator;
grant delete, insert, select, update on database_sample to daytwo_platform;

create view delivery_v_change with (security_invoker=true) as
 SELECT tenant_id,
    repository,
    sha,
    deployment_id,
    committed_at,
    clock,
    pr_number,
    lead_seconds,
    coding_seconds,
    pickup_seconds,
    review_seconds,
    deploy_seconds,
    ticketed,
    origin
   FROM changes;
grant select on delivery_v_change to daytwo_app;
grant select on delivery_v_change to daytwo_operator;
grant select on delivery_v_change to daytwo_platform;

create view delivery_v_deployment with (security_invoker=true) as
 SELECT tenant_id,
    id,
    source,
    external_id,
    repository,
    service,
    environment,
    sha,
    ref,
    url,
    status,
    created_at,
    finished_at,
    failed_at,
    counted,
    counted_at,
    ticket_links,
    rework_reason,
    recorded_at
   FROM deployment_records;
grant select on delivery_v_deployment to daytwo_app;
grant select on delivery_v_deployment to daytwo_operator;
grant select on delivery_v_deployment to daytwo_platform;

create view delivery_v_deployment_stream with (security_invoker=true) as
 SELECT d.tenant_id,
    s.stream_id,
    d.id AS deployment_id
   FROM deployment_records d
     JOIN stream_source s ON s.tenant_id = d.tenant_id AND (s.kind = 'repository'::text AND s.value = d.repository OR s.kind = 'service'::text AND s.value = d.service)
  WHERE d.counted
UNION
 SELECT c.tenant_id,
    p.stream_id,
    c.deployment_id
   FROM changes c
     JOIN pr_streams p ON p.tenant_id = c.tenant_id AND p.repository = c.repository AND p.pr_number = c.pr_number;
grant select on delivery_v_deployment_stream to daytwo_app;
grant select on delivery_v_deployment_stream to daytwo_operator;
grant select on delivery_v_deployment_stream to daytwo_platform;

create view delivery_v_failure with (security_invoker=true) as
 SELECT tenant_id,
    deployment_id,
    cause,
    cause_key,
    recovered_at,
    method,
    confidence,
    evidence
   FROM deployment_failures;
grant select on delivery_v_failure to daytwo_app;
grant select on delivery_v_failure to daytwo_operator;
grant select on delivery_v_failure to daytwo_platform;

create view delivery_v_incident with (security_invoker=true) as
 SELECT tenant_id,
    id,
    source,
    incident_key,
    title,
    severity,
    repository,
    service,
    project_key,
    deployment_sha,
    url,
    started_at,
    resolved_at,
    withdrawn,
    deployment_id,
    method,
    confidence,
    evidence
   FROM incidents;
grant select on delivery_v_incident to daytwo_app;
grant select on delivery_v_incident to daytwo_operator;
grant select on delivery_v_incident to daytwo_platform;

create view delivery_v_pr_stream with (security_invoker=true) as
 SELECT tenant_id,
    repository,
    pr_number,
    stream_id,
    ticket_key
   FROM pr_streams;
grant select on delivery_v_pr_stream to daytwo_app;
grant select on delivery_v_pr_stream to daytwo_operator;
grant select on delivery_v_pr_stream to daytwo_platform;

create view delivery_v_stream with (security_invoker=true) as
 SELECT tenant_id,
    id,
    kind,
    name,
    created_at
   FROM stream;
grant select on delivery_v_stream to daytwo_app;
grant select on delivery_v_stream to daytwo_operator;
grant select on delivery_v_stream to daytwo_platform;

create view delivery_v_stream_source with (security_invoker=true) as
 SELECT tenant_id,
    stream_id,
    kind,
    value
   FROM stream_source;
grant select on delivery_v_stream_source to daytwo_app;
grant select on delivery_v_stream_source to daytwo_operator;
grant select on delivery_v_stream_source to daytwo_platform;

-- Why a deployment needed remediation; a deployment with several causes failed once.
create table deployment_failures (
  tenant_id uuid not null,
  deployment_id bigint not null,
  cause text not null,
  cause_key text not null,
  recovered_at timestamp with time zone,
  method text not null,
  confidence real not null,
  evidence jsonb not null default '{}'::jsonb,
  constraint deployment_failures_pkey PRIMARY KEY (tenant_id, deployment_id, cause, cause_key),
  constraint deployment_failures__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE CASCADE,
  constraint deployment_failures_cause_check CHECK ((cause = ANY (ARRAY['incident'::text, 'rollback'::text, 'revert'::text, 'hotfix'::text])))
);
create policy operator on deployment_failures to daytwo_operator using (true);
create policy owner on deployment_failures to daytwo_owner using (true);
create policy platform on deployment_failures to daytwo_platform using (true);
create policy tenant on deployment_failures to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON deployment_failures FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on deployment_failures to daytwo_app;
grant delete, insert, select, update on deployment_failures to daytwo_operator;
grant delete, insert, select, update on deployment_failures to daytwo_platform;

create table deployment_records (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  repository text not null,
  service text not null,
  environment text not null,
  sha text,
  ref text,
  url text,
  status text not null, -- success once any status said success; else failure once any said so; else pending. So order does not matter.
  created_at timestamp with time zone,
  finished_at timestamp with time zone, -- The earliest success.
  failed_at timestamp with time zone,
  counted boolean not null default false, -- Derived: a successful production deployment of the source this tenant counts.
  counted_at timestamp with time zone, -- Derived: finished_at as it was last derived, so that an earlier success heard of later re-opens both days; null when not counted.
  ticket_links text[] not null default '{}'::text[], -- Derived: `stream pr_number` of the pull requests that bring it into streams by ticket, as last derived.
  rework_reason text, -- Derived: why this deployment was unplanned repair (revert, hotfix, rollback, incident-fix, label); null when it was not.
  recorded_at timestamp with time zone not null default app.now(),
  sealed boolean not null default false, -- Facts that it was derived from are purged: whether it counts, its changes and its failures stay as they are.
  constraint deployment_records_pkey PRIMARY KEY (tenant_id, id),
  constraint deployment_records__external_id UNIQUE (tenant_id, source, external_id),
  constraint deployment_records_source_check CHECK (((source = ANY (ARRAY['github.deployment'::text, 'github.release'::text, 'github.workflow_run'::text])) OR (source ~ '^[a-z][a-z0-9-]{1,39}$'::text))),
  constraint deployment_records_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'success'::text, 'failure'::text])))
);
CREATE INDEX deployment_records__finished_at ON public.deployment_records USING btree (tenant_id, finished_at DESC, id DESC) WHERE counted;
CREATE INDEX deployment_records__recorded_at ON public.deployment_records USING btree (tenant_id, recorded_at);
CREATE INDEX deployment_records__repository ON public.deployment_records USING btree (tenant_id, repository, finished_at);
CREATE INDEX deployment_records__service ON public.deployment_records USING btree (tenant_id, service, finished_at) WHERE counted;
CREATE INDEX deployment_records__sha ON public.deployment_records USING btree (tenant_id, sha);
create policy operator on deployment_records to daytwo_operator using (true);
create policy owner on deployment_records to daytwo_owner using (true);
create policy platform on deployment_records to daytwo_platform using (true);
create policy tenant on deployment_records to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON deployment_records FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on deployment_records to daytwo_app;
grant delete, insert, select, update on deployment_records to daytwo_operator;
grant delete, insert, select, update on deployment_records to daytwo_platform;

create table domain_event (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  name text not null,
  payload jsonb not null,
  created_at timestamp with time zone not null default app.now(),
  constraint domain_event_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX domain_event__created_at ON public.domain_event USING btree (tenant_id, created_at);
create policy operator on domain_event to daytwo_operator using (true);
create policy owner on domain_event to daytwo_owner using (true);
create policy platform on domain_event to daytwo_platform using (true);
create policy tenant on domain_event to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON domain_event FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on domain_event to daytwo_app;
grant delete, insert, select, update on domain_event to daytwo_operator;
grant delete, insert, select, update on domain_event to daytwo_platform;

-- A day is a day of the tenant's time zone, by the deployment's finished_at; incidents, unresolved and restore_seconds by the incident's started_at. Stream `all` is the whole tenant. Days without facts have no row. Columns *_seconds hold ascending 4-byte integers (int4send) one after the other: read them with app.unpack_seconds.
create table dora_daily (
  tenant_id uuid not null,
  stream_id text not null,
  day date not null,
  definition text not null,
  deployments integer not null,
  deployments_with_changes integer not null, -- Deployments whose changes are known.
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null, -- Failed deployments without a recovery time; unrecovered_since is when the oldest of them finished.
  unrecovered_since timestamp with time zone,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamp with time zone,
  lead_seconds bytea storage external not null,
  coding_seconds bytea storage external not null,
  pickup_seconds bytea storage external not null,
  review_seconds bytea storage external not null,
  deploy_seconds bytea storage external not null,
  recovery_seconds bytea not null, -- Failed deployment recovery (2023): deployment finished to the last of its causes recovered.
  restore_seconds bytea not null, -- Time to restore (2021): incident started to resolved, whatever the cause.
  sealed boolean not null default false, -- The raw facts are purged: never recomputed.
  computed_at timestamp with time zone not null default app.now(), -- When this row last changed; a roll-up that finds it equal to the facts leaves it.
  constraint dora_daily_pkey PRIMARY KEY (tenant_id, stream_id, day)
);
create policy operator on dora_daily to daytwo_operator using (true);
create policy owner on dora_daily to daytwo_owner using (true);
create policy platform on dora_daily to daytwo_platform using (true);
create policy tenant on dora_daily to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_daily FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_daily to daytwo_app;
grant delete, insert, select, update on dora_daily to daytwo_operator;
grant delete, insert, select, update on dora_daily to daytwo_platform;

create table dora_monthly (
  tenant_id uuid not null,
  stream_id text not null,
  month date not null,
  deployment_days bytea not null, -- Days with a deployment, packed like the seconds, counted from 1970-01-01.
  deployments integer not null,
  deployments_with_changes integer not null,
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null,
  unrecovered_since timestamp with time zone,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamp with time zone,
  lead_seconds bytea storage external not null, -- The days' packed seconds laid end to end: not in order.
  recovery_seconds bytea not null,
  restore_seconds bytea not null,
  computed_at timestamp with time zone not null,
  constraint dora_monthly_pkey PRIMARY KEY (tenant_id, stream_id, month)
);
create policy operator on dora_monthly to daytwo_operator using (true);
create policy owner on dora_monthly to daytwo_owner using (true);
create policy platform on dora_monthly to daytwo_platform using (true);
create policy tenant on dora_monthly to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_monthly FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_monthly to daytwo_app;
grant delete, insert, select, update on dora_monthly to daytwo_operator;
grant delete, insert, select, update on dora_monthly to daytwo_platform;

create table dora_seal (
  tenant_id uuid not null,
  sealed_before date not null,
  constraint dora_seal_pkey PRIMARY KEY (tenant_id)
);
create policy operator on dora_seal to daytwo_operator using (true);
create policy owner on dora_seal to daytwo_owner using (true);
create policy platform on dora_seal to daytwo_platform using (true);
create policy tenant on dora_seal to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON dora_seal FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on dora_seal to daytwo_app;
grant delete, insert, select, update on dora_seal to daytwo_operator;
grant delete, insert, select, update on dora_seal to daytwo_platform;

create table event_lineage (
  tenant_id uuid not null,
  event_id bigint not null,
  fact_table text not null,
  fact_id text not null,
  constraint event_lineage_pkey PRIMARY KEY (tenant_id, event_id, fact_table, fact_id)
);
CREATE INDEX event_lineage__fact ON public.event_lineage USING btree (tenant_id, fact_table, fact_id);
create policy operator on event_lineage to daytwo_operator using (true);
create policy owner on event_lineage to daytwo_owner using (true);
create policy platform on event_lineage to daytwo_platform using (true);
create policy tenant on event_lineage to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON event_lineage FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on event_lineage to daytwo_app;
grant delete, insert, select, update on event_lineage to daytwo_operator;
grant delete, insert, select, update on event_lineage to daytwo_platform;

create table event_queue (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  event_source text not null,
  event_type text not null,
  delivery_id text not null,
  connection_id uuid,
  content_type text not null,
  segment_id uuid not null,
  payload_offset integer not null,
  payload_length integer not null,
  status text not null default 'pending'::text,
  outcome text,
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  enqueued_at timestamp with time zone not null default app.now(),
  due_at timestamp with time zone not null default app.now(),
  lease_owner uuid,
  finished_at timestamp with time zone,
  request_id text,
  requeued_count integer not null default 0,
  constraint event_queue_pkey PRIMARY KEY (tenant_id, id),
  constraint event_queue__delivery_id UNIQUE (tenant_id, event_source, delivery_id),
  constraint event_queue_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text])))
);
CREATE INDEX event_queue__dead ON public.event_queue USING btree (tenant_id, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX event_queue__enqueued_at ON public.event_queue USING brin (enqueued_at) WITH (pages_per_range='32', autosummarize='on');
CREATE INDEX event_queue__error_class ON public.event_queue USING btree (tenant_id, error_class, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX event_queue__open ON public.event_queue USING btree (tenant_id, due_at, id) WHERE (finished_at IS NULL);
CREATE INDEX event_queue__tried ON public.event_queue USING btree (due_at, id) WHERE ((finished_at IS NULL) AND (error_class IS NOT NULL));
create policy operator on event_queue to daytwo_operator using (true);
create policy owner on event_queue to daytwo_owner using (true);
create policy platform on event_queue to daytwo_platform using (true);
create policy tenant on event_queue to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON event_queue FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER finish BEFORE UPDATE OF status ON event_queue FOR EACH ROW WHEN ((new.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text])) AND new.finished_at IS NULL) EXECUTE FUNCTION app.finish();
CREATE TRIGGER requeue BEFORE UPDATE OF status ON event_queue FOR EACH ROW WHEN (new.status = 'pending'::text AND (old.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text]))) EXECUTE FUNCTION app.requeue();
CREATE TRIGGER wake AFTER INSERT ON event_queue FOR EACH STATEMENT EXECUTE FUNCTION app.wake();
grant delete, insert, select, update on event_queue to daytwo_app;
grant delete, insert, select, update on event_queue to daytwo_operator;
grant delete, insert, select, update on event_queue to daytwo_platform;

-- Requests that carried an Idempotency-Key, for a day: who runs one, whether it changed something, what was answered.
create table idempotency_key (
  tenant_id uuid not null,
  hash bytea not null, -- SHA-256 of the caller and the key.
  fingerprint bytea not null, -- SHA-256 of method, address and body: the same key with another one is refused.
  route text not null,
  actor_type text not null,
  actor_id text not null,
  request_id text,
  owner uuid not null, -- The request that runs; only it may commit an effect under this key.
  lease_until timestamp with time zone not null,
  created_at timestamp with time zone not null default app.now(),
  effect_at timestamp with time zone, -- Written in the transaction of the request's first effect.
  answered_at timestamp with time zone,
  status integer,
  headers jsonb,
  body text,
  secret boolean not null default false, -- The answer held a secret: only the id of what was made is kept.
  constraint idempotency_key_pkey PRIMARY KEY (tenant_id, hash)
);
CREATE INDEX idempotency_key__created_at ON public.idempotency_key USING btree (created_at);
create policy operator on idempotency_key to daytwo_operator using (true);
create policy owner on idempotency_key to daytwo_owner using (true);
create policy platform on idempotency_key to daytwo_platform using (true);
create policy tenant on idempotency_key to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON idempotency_key FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on idempotency_key to daytwo_app;
grant delete, insert, select, update on idempotency_key to daytwo_operator;
grant delete, insert, select, update on idempotency_key to daytwo_platform;

create table incident_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  incident_key text not null,
  action text not null, -- withdrawn: deleted, or no longer marked as an incident.
  occurred_at timestamp with time zone not null,
  title text,
  severity text,
  repository text,
  service text,
  project_key text,
  deployment_sha text,
  url text,
  recorded_at timestamp with time zone not null default app.now(),
  constraint incident_events_pkey PRIMARY KEY (tenant_id, id),
  constraint incident_events__natural UNIQUE (tenant_id, source, incident_key, action, occurred_at),
  constraint incident_events_action_check CHECK ((action = ANY (ARRAY['opened'::text, 'resolved'::text, 'reopened'::text, 'linked'::text, 'withdrawn'::text]))),
  constraint incident_events_source_check CHECK ((source ~ '^[a-z][a-z0-9-]{1,39}$'::text))
);
CREATE INDEX incident_events__recorded_at ON public.incident_events USING btree (tenant_id, recorded_at);
create policy operator on incident_events to daytwo_operator using (true);
create policy owner on incident_events to daytwo_owner using (true);
create policy platform on incident_events to daytwo_platform using (true);
create policy tenant on incident_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON incident_events FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on incident_events to daytwo_app;
grant delete, insert, select, update on incident_events to daytwo_operator;
grant delete, insert, select, update on incident_events to daytwo_platform;

create table incidents (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  incident_key text not null,
  title text not null,
  severity text,
  repository text,
  service text,
  project_key text,
  deployment_sha text,
  url text,
  started_at timestamp with time zone not null,
  resolved_at timestamp with time zone,
  withdrawn boolean not null default false,
  deployment_id bigint, -- The deployment that caused it; null is unattributed.
  method text,
  confidence real,
  evidence jsonb not null default '{}'::jsonb,
  sealed boolean not null default false, -- Facts that it was derived from are purged: its attribution stays as it is.
  constraint incidents_pkey PRIMARY KEY (tenant_id, id),
  constraint incidents__deployment FOREIGN KEY (tenant_id, deployment_id) REFERENCES deployment_records(tenant_id, id) ON DELETE SET NULL (deployment_id),
  constraint incidents__natural UNIQUE (tenant_id, source, incident_key),
  constraint incidents_method_check CHECK ((method = ANY (ARRAY['override'::text, 'sha'::text, 'revert'::text, 'service'::text, 'project'::text])))
);
CREATE INDEX incidents__deployment_id ON public.incidents USING btree (tenant_id, deployment_id);
CREATE INDEX incidents__started_at ON public.incidents USING btree (tenant_id, started_at DESC, id DESC);
create policy operator on incidents to daytwo_operator using (true);
create policy owner on incidents to daytwo_owner using (true);
create policy platform on incidents to daytwo_platform using (true);
create policy tenant on incidents to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON incidents FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on incidents to daytwo_app;
grant delete, insert, select, update on incidents to daytwo_operator;
grant delete, insert, select, update on incidents to daytwo_platform;

create view intake_v_lineage with (security_invoker=true) as
 SELECT tenant_id,
    event_id,
    fact_table,
    fact_id
   FROM event_lineage;
grant select on intake_v_lineage to daytwo_app;
grant select on intake_v_lineage to daytwo_operator;
grant select on intake_v_lineage to daytwo_platform;

create table local_session (
  tenant_id uuid not null,
  id uuid not null,
  hash bytea not null,
  created_at timestamp with time zone not null default app.now(),
  expires_at timestamp with time zone not null,
  constraint local_session_pkey PRIMARY KEY (tenant_id, id),
  constraint local_session__hash UNIQUE (hash),
  constraint local_session_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenant(id)
);
create policy operator on local_session to daytwo_operator using (true);
create policy owner on local_session to daytwo_owner using (true);
create policy platform on local_session to daytwo_platform using (true);
create policy tenant on local_session to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON local_session FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on local_session to daytwo_app;
grant delete, insert, select, update on local_session to daytwo_operator;
grant delete, insert, select, update on local_session to daytwo_platform;

create table migration (
  name text not null,
  digest text not null,
  batch integer not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (name)
);


create table payload_segment (
  tenant_id uuid not null,
  id uuid not null,
  data bytea storage external not null,
  events integer not null,
  created_at timestamp with time zone not null default app.now(),
  constraint payload_segment_pkey PRIMARY KEY (tenant_id, id)
);
create policy operator on payload_segment to daytwo_operator using (true);
create policy owner on payload_segment to daytwo_owner using (true);
create policy platform on payload_segment to daytwo_platform using (true);
create policy tenant on payload_segment to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON payload_segment FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on payload_segment to daytwo_app;
grant delete, insert, select, update on payload_segment to daytwo_operator;
grant delete, insert, select, update on payload_segment to daytwo_platform;

create table pr_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  repository text not null,
  pr_number integer not null,
  action text not null,
  occurred_at timestamp with time zone not null,
  title text,
  head_ref text,
  head_sha text,
  base_ref text,
  merge_commit_sha text,
  merged boolean,
  author_hash text, -- HMAC of the login under HMAC_KEY; no person's name is stored.
  review_state text,
  labels text[] not null default '{}'::text[],
  ticket_keys text[] not null default '{}'::text[],
  recorded_at timestamp with time zone not null default app.now(),
  constraint pr_events_pkey PRIMARY KEY (tenant_id, id),
  constraint pr_events__natural UNIQUE (tenant_id, repository, pr_number, action, occurred_at)
);
CREATE INDEX pr_events__merge_commit ON public.pr_events USING btree (tenant_id, repository, merge_commit_sha) WHERE merged;
CREATE INDEX pr_events__recorded_at ON public.pr_events USING btree (tenant_id, recorded_at);
create policy operator on pr_events to daytwo_operator using (true);
create policy owner on pr_events to daytwo_owner using (true);
create policy platform on pr_events to daytwo_platform using (true);
create policy tenant on pr_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pr_events FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pr_events to daytwo_app;
grant delete, insert, select, update on pr_events to daytwo_operator;
grant delete, insert, select, update on pr_events to daytwo_platform;

-- Pull requests that belong to a stream because they name a ticket of one of its Jira projects.
create table pr_streams (
  tenant_id uuid not null,
  repository text not null,
  pr_number integer not null,
  stream_id text not null,
  ticket_key text not null,
  sealed boolean not null default false, -- Facts that named the ticket are purged: the link holds while the stream owns the ticket's project.
  constraint pr_streams_pkey PRIMARY KEY (tenant_id, repository, pr_number, stream_id),
  constraint pr_streams__stream FOREIGN KEY (tenant_id, stream_id) REFERENCES stream(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX pr_streams__stream_id ON public.pr_streams USING btree (tenant_id, stream_id);
create policy operator on pr_streams to daytwo_operator using (true);
create policy owner on pr_streams to daytwo_owner using (true);
create policy platform on pr_streams to daytwo_platform using (true);
create policy tenant on pr_streams to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON pr_streams FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on pr_streams to daytwo_app;
grant delete, insert, select, update on pr_streams to daytwo_operator;
grant delete, insert, select, update on pr_streams to daytwo_platform;

-- Requests by minute (since 1970), policy and client, of clients that use a noticeable part of a limit.
create table rate_window (
  minute bigint not null,
  policy text not null,
  client text not null,
  hits integer not null,
  refused integer not null,
  constraint rate_window_pkey PRIMARY KEY (minute, policy, client)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON rate_window FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on rate_window to daytwo_operator;
grant delete, insert, select, update on rate_window to daytwo_platform;

create table request_minute (
  minute timestamp with time zone not null,
  tenant_id uuid, -- Null for requests that belong to nobody yet: webhooks, sign-in, refused keys.
  requests integer not null,
  errors integer not null, -- Answered with 500 or more.
  limited integer not null, -- Answered with 429.
  latency integer[] not null, -- Requests by duration; the bounds are in modules/operations/requests/latency.ts.
  constraint request_minute__minute UNIQUE NULLS NOT DISTINCT (minute, tenant_id)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON request_minute FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on request_minute to daytwo_operator;
grant delete, insert, select, update on request_minute to daytwo_platform;

create table retention_run (
  tenant_id uuid not null,
  table_name text not null,
  last_run_at timestamp with time zone not null,
  state text not null,
  detail text not null,
  constraint retention_run_pkey PRIMARY KEY (tenant_id, table_name),
  constraint retention_run_state_check CHECK ((state = ANY (ARRAY['idle'::text, 'failed'::text])))
);
create policy operator on retention_run to daytwo_operator using (true);
create policy owner on retention_run to daytwo_owner using (true);
create policy platform on retention_run to daytwo_platform using (true);
create policy tenant on retention_run to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON retention_run FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on retention_run to daytwo_app;
grant delete, insert, select, update on retention_run to daytwo_operator;
grant delete, insert, select, update on retention_run to daytwo_platform;

create table schedule (
  name text not null,
  id bigint not null generated always as identity,
  cron text not null,
  status text not null default 'pending'::text,
  due_at timestamp with time zone not null,
  attempt_count integer not null default 0,
  lease_owner uuid,
  last_error text,
  error_class text,
  finished_at timestamp with time zone,
  outcome text,
  last_started_at timestamp with time zone,
  last_finished_at timestamp with time zone,
  last_outcome text,
  last_duration_ms integer,
  constraint schedule_pkey PRIMARY KEY (id),
  constraint schedule__name UNIQUE (name),
  constraint schedule_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text])))
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON schedule FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on schedule to daytwo_operator;
grant delete, insert, select, update on schedule to daytwo_platform;

create table setting (
  tenant_id uuid not null,
  name text not null,
  value jsonb not null,
  updated_at timestamp with time zone not null default app.now(),
  constraint setting_pkey PRIMARY KEY (tenant_id, name)
);
create policy operator on setting to daytwo_operator using (true);
create policy owner on setting to daytwo_owner using (true);
create policy platform on setting to daytwo_platform using (true);
create policy tenant on setting to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON setting FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on setting to daytwo_app;
grant delete, insert, select, update on setting to daytwo_operator;
grant delete, insert, select, update on setting to daytwo_platform;

create table setup_token (
  id bigint not null generated always as identity,
  hash bytea not null,
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint setup_token_pkey PRIMARY KEY (id),
  constraint setup_token__hash UNIQUE (hash)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON setup_token FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on setup_token to daytwo_operator;
grant delete, insert, select, update on setup_token to daytwo_platform;

create table signature_failure (
  tenant_id uuid not null,
  source text not null,
  minute timestamp with time zone not null,
  failures integer not null, -- Requests refused for a bad, missing or outdated signature.
  without_secret integer not null, -- Requests refused because the source has no secret.
  constraint signature_failure_pkey PRIMARY KEY (tenant_id, source, minute)
);
create policy operator on signature_failure to daytwo_operator using (true);
create policy owner on signature_failure to daytwo_owner using (true);
create policy platform on signature_failure to daytwo_platform using (true);
create policy tenant on signature_failure to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON signature_failure FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on signature_failure to daytwo_app;
grant delete, insert, select, update on signature_failure to daytwo_operator;
grant delete, insert, select, update on signature_failure to daytwo_platform;

create table source_activity (
  tenant_id uuid not null,
  source text not null,
  hour timestamp with time zone not null,
  events integer not null, -- Events of this hour that were processed; a requeued event counts again.
  last_event_at timestamp with time zone not null,
  constraint source_activity_pkey PRIMARY KEY (tenant_id, source, hour)
);
create policy operator on source_activity to daytwo_operator using (true);
create policy owner on source_activity to daytwo_owner using (true);
create policy platform on source_activity to daytwo_platform using (true);
create policy tenant on source_activity to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON source_activity FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on source_activity to daytwo_app;
grant delete, insert, select, update on source_activity to daytwo_operator;
grant delete, insert, select, update on source_activity to daytwo_platform;

-- A team or product (delivery) or a platform or language (tech). `all` is everything a tenant has and needs no row.
create table stream (
  tenant_id uuid not null,
  id text not null,
  kind text not null,
  name text not null,
  created_at timestamp with time zone not null default app.now(),
  constraint stream_pkey PRIMARY KEY (tenant_id, id),
  constraint stream_id_check CHECK (((id ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text) AND (id <> 'all'::text))),
  constraint stream_kind_check CHECK ((kind = ANY (ARRAY['delivery'::text, 'tech'::text]))),
  constraint stream_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
create policy operator on stream to daytwo_operator using (true);
create policy owner on stream to daytwo_owner using (true);
create policy platform on stream to daytwo_platform using (true);
create policy tenant on stream to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON stream FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on stream to daytwo_app;
grant delete, insert, select, update on stream to daytwo_operator;
grant delete, insert, select, update on stream to daytwo_platform;

create table stream_source (
  tenant_id uuid not null,
  stream_id text not null,
  kind text not null,
  value text not null,
  constraint stream_source_pkey PRIMARY KEY (tenant_id, stream_id, kind, value),
  constraint stream_source__stream FOREIGN KEY (tenant_id, stream_id) REFERENCES stream(tenant_id, id) ON DELETE CASCADE,
  constraint stream_source_kind_check CHECK ((kind = ANY (ARRAY['repository'::text, 'jira_project'::text, 'service'::text]))),
  constraint stream_source_value_check CHECK (((value = lower(value)) AND ((length(value) >= 1) AND (length(value) <= 300))))
);
CREATE INDEX stream_source__value ON public.stream_source USING btree (tenant_id, kind, value);
create policy operator on stream_source to daytwo_operator using (true);
create policy owner on stream_source to daytwo_owner using (true);
create policy platform on stream_source to daytwo_platform using (true);
create policy tenant on stream_source to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON stream_source FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on stream_source to daytwo_app;
grant delete, insert, select, update on stream_source to daytwo_operator;
grant delete, insert, select, update on stream_source to daytwo_platform;

create table subscription_work (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  subscriber text not null,
  event_id bigint not null,
  status text not null default 'pending'::text,
  outcome text,
  due_at timestamp with time zone not null default app.now(),
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  lease_owner uuid,
  finished_at timestamp with time zone,
  requeued_count integer not null default 0,
  constraint subscription_work_pkey PRIMARY KEY (tenant_id, id),
  constraint subscription_work__event FOREIGN KEY (tenant_id, event_id) REFERENCES domain_event(tenant_id, id) ON DELETE CASCADE,
  constraint subscription_work_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'processing'::text, 'completed'::text, 'dead_lettered'::text])))
);
CREATE INDEX subscription_work__dead ON public.subscription_work USING btree (tenant_id, subscriber, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX subscription_work__error_class ON public.subscription_work USING btree (tenant_id, subscriber, error_class, id) WHERE ((finished_at IS NOT NULL) AND (error_class IS NOT NULL));
CREATE INDEX subscription_work__event_id ON public.subscription_work USING btree (tenant_id, event_id);
CREATE INDEX subscription_work__open ON public.subscription_work USING btree (subscriber, tenant_id, due_at, id) WHERE (finished_at IS NULL);
CREATE INDEX subscription_work__tried ON public.subscription_work USING btree (subscriber, due_at, id) WHERE ((finished_at IS NULL) AND (error_class IS NOT NULL));
create policy operator on subscription_work to daytwo_operator using (true);
create policy owner on subscription_work to daytwo_owner using (true);
create policy platform on subscription_work to daytwo_platform using (true);
create policy tenant on subscription_work to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON subscription_work FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
CREATE TRIGGER finish BEFORE UPDATE OF status ON subscription_work FOR EACH ROW WHEN ((new.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text])) AND new.finished_at IS NULL) EXECUTE FUNCTION app.finish();
CREATE TRIGGER requeue BEFORE UPDATE OF status ON subscription_work FOR EACH ROW WHEN (new.status = 'pending'::text AND (old.status = ANY (ARRAY['completed'::text, 'dead_lettered'::text]))) EXECUTE FUNCTION app.requeue();
CREATE TRIGGER wake AFTER INSERT ON subscription_work FOR EACH STATEMENT EXECUTE FUNCTION app.wake();
grant delete, insert, select, update on subscription_work to daytwo_app;
grant delete, insert, select, update on subscription_work to daytwo_operator;
grant delete, insert, select, update on subscription_work to daytwo_platform;

create table tenant (
  id uuid not null,
  slug text not null,
  name text not null,
  time_zone text not null default 'UTC'::text, -- IANA name; days of metrics are days of this zone.
  status text not null default 'ready'::text,
  created_at timestamp with time zone not null default app.now(),
  constraint tenant_pkey PRIMARY KEY (id),
  constraint tenant__slug UNIQUE (slug),
  constraint tenant_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint tenant_slug_check CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text)),
  constraint tenant_status_check CHECK ((status = ANY (ARRAY['ready'::text, 'suspended'::text])))
);
create policy operator on tenant to daytwo_operator using (true);
create policy owner on tenant to daytwo_owner using (true);
create policy platform on tenant to daytwo_platform using (true);
create policy tenant on tenant to daytwo_app using ((id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON tenant FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('id');
grant delete, insert, select, update on tenant to daytwo_app;
grant delete, insert, select, update on tenant to daytwo_operator;
grant delete, insert, select, update on tenant to daytwo_platform;

-- What a worker holds. A claim neither ended nor prolonged until lease_until is taken from its owner.
create table work_claim (
  tenant_id uuid not null,
  id uuid not null,
  work text not null,
  row_ids bigint[] not null,
  lease_until timestamp with time zone not null,
  constraint work_claim_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX work_claim__id ON public.work_claim USING btree (id);
CREATE INDEX work_claim__lease ON public.work_claim USING btree (work, lease_until);
create policy operator on work_claim to daytwo_operator using (true);
create policy owner on work_claim to daytwo_owner using (true);
create policy platform on work_claim to daytwo_platform using (true);
create policy tenant on work_claim to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON work_claim FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on work_claim to daytwo_app;
grant delete, insert, select, update on work_claim to daytwo_operator;
grant delete, insert, select, update on work_claim to daytwo_platform;

create table work_item_events (
  tenant_id uuid not null,
  id bigint not null generated always as identity,
  source text not null,
  external_id text not null,
  item_key text not null,
  project_key text not null,
  item_type text,
  action text not null,
  field text,
  from_value text,
  to_value text,
  points double precision,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default app.now(),
  constraint work_item_events_pkey PRIMARY KEY (tenant_id, id),
  constraint work_item_events__natural UNIQUE (tenant_id, source, item_key, external_id),
  constraint work_item_events_source_check CHECK ((source = ANY (ARRAY['jira'::text, 'github'::text])))
);
CREATE INDEX work_item_events__occurred_at ON public.work_item_events USING btree (tenant_id, project_key, occurred_at);
CREATE INDEX work_item_events__recorded_at ON public.work_item_events USING btree (tenant_id, recorded_at);
create policy operator on work_item_events to daytwo_operator using (true);
create policy owner on work_item_events to daytwo_owner using (true);
create policy platform on work_item_events to daytwo_platform using (true);
create policy tenant on work_item_events to daytwo_app using ((tenant_id = ( SELECT app.tenant_id() AS tenant_id)));
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON work_item_events FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on work_item_events to daytwo_app;
grant delete, insert, select, update on work_item_events to daytwo_operator;
grant delete, insert, select, update on work_item_events to daytwo_platform;

-- completed and failed are sums of the minute; due, active and dead the largest value seen in it.
create table work_minute (
  work text not null,
  minute timestamp with time zone not null,
  completed integer not null,
  failed integer not null,
  due integer not null,
  active integer not null,
  dead integer not null,
  constraint work_minute_pkey PRIMARY KEY (minute, work)
);
CREATE TRIGGER audit_operator_change AFTER INSERT OR DELETE OR UPDATE ON work_minute FOR EACH ROW WHEN (CURRENT_USER = 'daytwo_operator'::name) EXECUTE FUNCTION app.audit_operator_change('tenant_id');
grant delete, insert, select, update on work_minute to daytwo_operator;
grant delete, insert, select, update on work_minute to daytwo_platform;

CREATE OR REPLACE FUNCTION app.add_counts(a integer[], b integer[])
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select array_agg(coalesce(x, 0) + coalesce(y, 0) order by n) from unnest(a, b) with ordinality as t(x, y, n)
$function$;

CREATE OR REPLACE FUNCTION app.api_key_by_hash(wanted bytea)
 RETURNS TABLE(tenant_id uuid, id uuid, name text, scopes text[], streams text[], state text, last_used_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select k.tenant_id, k.id, k.name, k.scopes, k.streams,
    case when k.revoked_at <= app.now() then 'revoked' when k.expires_at <= app.now() then 'expired'
      when t.status <> 'ready' then 'suspended' else 'active' end,
    k.last_used_at
  from api_key k join tenant t on t.id = k.tenant_id where k.hash = wanted
$function$;

CREATE OR REPLACE FUNCTION app.audit_operator_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
declare
  before jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) - 'data' end;
  after jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) - 'data' end;
begin
  insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta)
  values (
    coalesce((coalesce(after, before) ->> tg_argv[0])::uuid, '00000000-0000-7000-8000-000000000001'),
    'operator', lower(tg_op) || '.' || tg_table_name, 'operator', session_user, session_user,
    tg_table_name || ':' || coalesce(coalesce(after, before) ->> 'id', '?'),
    jsonb_build_object('before', before, 'after', after)
  );
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.connection_by_event_source(wanted_tenant uuid, wanted text)
 RETURNS TABLE(tenant_id uuid, id uuid, secret bytea, previous_secret bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select c.tenant_id, c.id, c.secret, case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.tenant_id = wanted_tenant and c.event_source = wanted and c.disabled_at is null and t.status = 'ready'
$function$;

CREATE OR REPLACE FUNCTION app.connection_by_id(wanted uuid)
 RETURNS TABLE(tenant_id uuid, id uuid, source text, event_source text, secret bytea, previous_secret bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select c.tenant_id, c.id, c.source, c.event_source, c.secret,
    case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.id = wanted and c.disabled_at is null and t.status = 'ready'
$function$;

CREATE OR REPLACE FUNCTION app.finish()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.finished_at := app.now();
  new.lease_owner := null;
  if new.status = 'dead_lettered' then new.error_class := coalesce(new.error_class, 'by-hand'); end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION app.local_session_by_hash(wanted bytea)
 RETURNS TABLE(tenant_id uuid, id uuid, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
  select s.tenant_id, s.id, s.expires_at from local_session s where s.hash = wanted and s.expires_at > app.now()
$function$;

CREATE OR REPLACE FUNCTION app.now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select now() + coalesce(nullif(current_setting('app.clock_offset', true), ''), '0')::interval
$function$;

CREATE OR REPLACE FUNCTION app.platform_table(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('grant select, insert, update, delete on %s to daytwo_platform, daytwo_operator', target);
  execute format('create trigger audit_operator_change after insert or update or delete on %s for each row
    when (current_user = ''daytwo_operator'') execute function app.audit_operator_change(''tenant_id'')', target);
end $function$;

CREATE OR REPLACE FUNCTION app.protect(target regclass, tenant_column name DEFAULT 'tenant_id'::name)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s to daytwo_app using (%I = (select app.tenant_id())) with check (%I = (select app.tenant_id()))',
    target, tenant_column, tenant_column);
  execute format('create policy platform on %s to daytwo_platform using (true) with check (true)', target);
  execute format('create policy operator on %s to daytwo_operator using (true) with check (true)', target);
  -- With forced row security a data migration would silently change nothing, were the owner not admitted too.
  execute format('create policy owner on %s to daytwo_owner using (true) with check (true)', target);
  execute format('grant select, insert, update, delete on %s to daytwo_app, daytwo_platform, daytwo_operator', target);
  execute format('create trigger audit_operator_change after insert or update or delete on %s for each row
    when (current_user = ''daytwo_operator'') execute function app.audit_operator_change(%L)', target, tenant_column);
end $function$;

CREATE OR REPLACE FUNCTION app.purge_audit_events(tenant uuid, ids bigint[], before date, file text, archived_rows bigint, digest text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
declare
  removed bigint;
begin
  if before > (app.now() at time zone 'UTC')::date - 90 then
    raise exception 'audit events are kept for 90 days at least' using errcode = '22023';
  end if;
  if file is null or digest !~ '^[0-9a-f]{64}$' then
    raise exception 'audit events are purged only after they were archived' using errcode = '22023';
  end if;
  delete from audit_events a
  where a.tenant_id = tenant and a.id = any (ids) and a.created_at < (before::timestamp at time zone 'UTC');
  get diagnostics removed = row_count;
  if removed > 0 then
    insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta)
    values (tenant, 'retention', 'retention.audit-purged', 'command', 'scheduler:enforce-data-retention',
      'scheduler:enforce-data-retention', 'archive:' || file,
      jsonb_build_object('after', jsonb_build_object('archived_rows', archived_rows, 'purged_rows', removed, 'before', before, 'sha256', digest)));
  end if;
  return removed;
end $function$;

CREATE OR REPLACE FUNCTION app.requeue()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.due_at := app.now();
  new.attempt_count := 0;
  new.error_class := null;
  new.requeued_count := old.requeued_count + 1;
  new.lease_owner := null;
  new.finished_at := null;
  new.outcome := null;
  perform pg_notify('daytwo_work', tg_table_name);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION app.tenant_id()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select nullif(current_setting('app.tenant_id', true), '')::uuid
$function$;

CREATE OR REPLACE FUNCTION app.unpack_seconds(packed bytea)
 RETURNS SETOF integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select (get_byte(packed, at) << 24) | (get_byte(packed, at + 1) << 16) | (get_byte(packed, at + 2) << 8) | get_byte(packed, at + 3)
  from generate_series(0, length(packed) - 4, 4) as at
$function$;

CREATE OR REPLACE FUNCTION app.use_setup_token(token_hash bytea, session_id uuid, session_hash bytea, hours integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'app', 'pg_temp'
AS $function$
begin
  update setup_token set used_at = app.now() where hash = token_hash and used_at is null and expires_at > app.now();
  if not found then return false; end if;
  insert into local_session (tenant_id, id, hash, expires_at)
  values ('00000000-0000-7000-8000-000000000001', session_id, session_hash, app.now() + hours * interval '1 hour');
  insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject)
  values ('00000000-0000-7000-8000-000000000001', 'access', 'access.session-opened', 'session', session_id::text,
    'local session', 'local_session:' || session_id);
  return true;
end $function$;

CREATE OR REPLACE FUNCTION app.wake()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('daytwo_work', tg_table_name);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION app.work_table(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  execute format('alter table %s add column if not exists requeued_count integer not null default 0', target);
  execute format('create trigger wake after insert on %s for each statement execute function app.wake()', target);
  execute format('create trigger requeue before update of status on %s for each row
    when (new.status = ''pending'' and old.status in (''completed'', ''dead_lettered'')) execute function app.requeue()', target);
  execute format('create trigger finish before update of status on %s for each row
    when (new.status in (''completed'', ''dead_lettered'') and new.finished_at is null) execute function app.finish()', target);
end $function$;
