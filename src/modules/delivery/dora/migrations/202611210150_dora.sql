-- Daily roll-ups of a stream: everything the five metrics need, exactly, without the raw facts.
create table dora_daily (
  tenant_id uuid not null,
  stream_id text not null,
  day date not null,
  definition text not null,
  deployments integer not null,
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null,
  incidents integer not null,
  unresolved integer not null,
  lead_seconds integer[] not null,
  coding_seconds integer[] not null,
  pickup_seconds integer[] not null,
  review_seconds integer[] not null,
  deploy_seconds integer[] not null,
  recovery_seconds integer[] not null,
  restore_seconds integer[] not null,
  sealed boolean not null default false,
  computed_at timestamptz not null default app.now(),
  constraint dora_daily_pkey primary key (tenant_id, stream_id, day)
);
comment on table dora_daily is 'A day is a day of the tenant''s time zone, by the deployment''s finished_at; incidents, unresolved and restore_seconds by the incident''s started_at. Stream `all` is the whole tenant. Days without facts have no row.';
comment on column dora_daily.recovery_seconds is 'Failed deployment recovery (2023): deployment finished to the last of its causes recovered.';
comment on column dora_daily.restore_seconds is 'Time to restore (2021): incident started to resolved, whatever the cause.';
comment on column dora_daily.sealed is 'The raw facts are purged: never recomputed.';
select app.protect('dora_daily');

-- down
drop table dora_daily;
