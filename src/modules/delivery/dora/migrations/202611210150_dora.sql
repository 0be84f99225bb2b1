-- Daily roll-ups of a stream: everything the five metrics need, exactly, without the raw facts.
create table dora_daily (
  tenant_id uuid not null,
  stream_id text not null,
  day date not null,
  definition text not null,
  deployments integer not null,
  deployments_with_changes integer not null,
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null,
  unrecovered_since timestamptz,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamptz,
  lead_seconds bytea not null,
  coding_seconds bytea not null,
  pickup_seconds bytea not null,
  review_seconds bytea not null,
  deploy_seconds bytea not null,
  recovery_seconds bytea not null,
  restore_seconds bytea not null,
  sealed boolean not null default false,
  computed_at timestamptz not null default app.now(),
  constraint dora_daily_pkey primary key (tenant_id, stream_id, day)
);
comment on table dora_daily is 'A day is a day of the tenant''s time zone, by the deployment''s finished_at; incidents, unresolved and restore_seconds by the incident''s started_at. Stream `all` is the whole tenant. Days without facts have no row. Columns *_seconds hold ascending 4-byte integers (int4send) one after the other: read them with app.unpack_seconds.';
comment on column dora_daily.deployments_with_changes is 'Deployments whose changes are known.';
comment on column dora_daily.unrecovered is 'Failed deployments without a recovery time; unrecovered_since is when the oldest of them finished.';
comment on column dora_daily.recovery_seconds is 'Failed deployment recovery (2023): deployment finished to the last of its causes recovered.';
comment on column dora_daily.restore_seconds is 'Time to restore (2021): incident started to resolved, whatever the cause.';
comment on column dora_daily.sealed is 'The raw facts are purged: never recomputed.';
comment on column dora_daily.computed_at is 'When this row last changed; a roll-up that finds it equal to the facts leaves it.';
-- Days of `all` are a few kilobytes: out of line as they are, for they are read by the year and compression would cost more than the read.
alter table dora_daily alter lead_seconds set storage external, alter coding_seconds set storage external,
  alter pickup_seconds set storage external, alter review_seconds set storage external, alter deploy_seconds set storage external;
select app.protect('dora_daily');

-- Whole months of the daily roll-ups, so that a year of many streams reads a tenth of the rows. Follows dora_daily and nothing else.
create table dora_monthly (
  tenant_id uuid not null,
  stream_id text not null,
  month date not null,
  deployment_days bytea not null,
  deployments integer not null,
  deployments_with_changes integer not null,
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null,
  unrecovered_since timestamptz,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamptz,
  lead_seconds bytea not null,
  recovery_seconds bytea not null,
  restore_seconds bytea not null,
  computed_at timestamptz not null,
  constraint dora_monthly_pkey primary key (tenant_id, stream_id, month)
);
comment on column dora_monthly.deployment_days is 'Days with a deployment, packed like the seconds, counted from 1970-01-01.';
comment on column dora_monthly.lead_seconds is 'The days'' packed seconds laid end to end: not in order.';
alter table dora_monthly alter lead_seconds set storage external;
select app.protect('dora_monthly');

-- Packed because 200 streams × 365 days are read three times faster than from integer[] (bench/dora.ts). For people with psql:
--   select percentile_disc(0.5) within group (order by s) from dora_daily d, app.unpack_seconds(d.lead_seconds) s where …
create function app.unpack_seconds(packed bytea) returns setof integer language sql immutable strict parallel safe as $$
  select (get_byte(packed, at) << 24) | (get_byte(packed, at + 1) << 16) | (get_byte(packed, at + 2) << 8) | get_byte(packed, at + 3)
  from generate_series(0, length(packed) - 4, 4) as at
$$;

-- down
drop function app.unpack_seconds;
drop table dora_monthly, dora_daily;
