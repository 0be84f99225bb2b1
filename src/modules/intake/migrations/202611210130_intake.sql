-- What came in, written down before it is understood.

-- A tenant's own link to a source, with its own secrets: two are valid during a rotation.
create table connection (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  source text not null check (source in ('github', 'jira')),
  name text not null check (length(name) between 1 and 100),
  secret bytea not null,
  previous_secret bytea,
  previous_valid_until timestamptz,
  created_at timestamptz not null default app.now(),
  disabled_at timestamptz,
  constraint connection_pkey primary key (tenant_id, id),
  constraint connection__id unique (id)
);
comment on column connection.secret is 'AES-256-GCM under the instance key, bound to the connection id.';
select app.protect('connection');

create function app.connection_by_id(wanted uuid) returns table (
  tenant_id uuid, id uuid, source text, secret bytea, previous_secret bytea
) language sql stable security definer set search_path = public, app, pg_temp as $$
  select c.tenant_id, c.id, c.source, c.secret, case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.id = wanted and c.disabled_at is null and t.status = 'ready'
$$;

-- Raw bytes of one flush and one tenant, compressed together (zstd); rows of event_queue keep offset and length.
create table payload_segment (
  tenant_id uuid not null,
  id uuid not null,
  data bytea not null,
  events integer not null,
  created_at timestamptz not null default app.now(),
  constraint payload_segment_pkey primary key (tenant_id, id)
);
alter table payload_segment alter column data set storage external;
select app.protect('payload_segment');

create table event_queue (
  tenant_id uuid not null,
  id bigint generated always as identity,
  event_source text not null,
  event_type text not null,
  delivery_id text not null,
  connection_id uuid,
  content_type text not null,
  segment_id uuid not null,
  payload_offset integer not null,
  payload_length integer not null,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'dead_lettered')),
  outcome text,
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  enqueued_at timestamptz not null default app.now(),
  due_at timestamptz not null default app.now(),
  lease_owner uuid,
  lease_until timestamptz,
  finished_at timestamptz,
  request_id text,
  constraint event_queue_pkey primary key (tenant_id, id),
  constraint event_queue__delivery_id unique (tenant_id, event_source, delivery_id)
);
create index event_queue__due on event_queue (due_at, id) where status = 'pending';
create index event_queue__leased on event_queue (lease_until) where status = 'processing';
create index event_queue__dead on event_queue (tenant_id, id) where status = 'dead_lettered';
select app.protect('event_queue');
select app.work_table('event_queue');

-- Which facts an event caused (or touched), by event id.
create table event_lineage (
  tenant_id uuid not null,
  event_id bigint not null,
  fact_table text not null,
  fact_id text not null,
  constraint event_lineage_pkey primary key (tenant_id, event_id, fact_table, fact_id)
);
create index event_lineage__fact on event_lineage (tenant_id, fact_table, fact_id);
select app.protect('event_lineage');

-- Published: which events a fact of another module came from.
create view intake_v_lineage with (security_invoker = true) as
  select tenant_id, event_id, fact_table, fact_id from event_lineage;
grant select on intake_v_lineage to daytwo_app, daytwo_platform, daytwo_operator;

-- What arrived by source and hour: "last event seen" and rates without counting the queue.
create table source_activity (
  tenant_id uuid not null,
  source text not null,
  hour timestamptz not null,
  events integer not null,
  last_event_at timestamptz not null,
  constraint source_activity_pkey primary key (tenant_id, source, hour)
);
comment on column source_activity.events is 'Events of this hour that were processed; a requeued event counts again.';
select app.protect('source_activity');

-- down
drop table source_activity;
drop view intake_v_lineage;
drop table event_lineage, event_queue, payload_segment;
drop function app.connection_by_id;
drop table connection;
