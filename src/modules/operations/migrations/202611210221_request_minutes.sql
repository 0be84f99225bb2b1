-- Requests of the API by minute and tenant, merged from all processes: what alerts on latency and errors look at.
create table request_minute (
  minute timestamptz not null,
  tenant_id uuid,
  requests integer not null,
  errors integer not null,
  limited integer not null,
  latency integer[] not null,
  constraint request_minute__minute unique nulls not distinct (minute, tenant_id)
);
comment on column request_minute.tenant_id is 'Null for requests that belong to nobody yet: webhooks, sign-in, refused keys.';
comment on column request_minute.errors is 'Answered with 500 or more.';
comment on column request_minute.limited is 'Answered with 429.';
comment on column request_minute.latency is 'Requests by duration; the bounds are in modules/operations/requests/latency.ts.';
select app.platform_table('request_minute');

-- Adds up counters place by place.
create function app.add_counts(a integer[], b integer[]) returns integer[] language sql immutable parallel safe as $$
  select array_agg(coalesce(x, 0) + coalesce(y, 0) order by n) from unnest(a, b) with ordinality as t(x, y, n)
$$;

-- Sizes of the database every few minutes, so that growth can be told.
create table database_sample (
  sampled_at timestamptz not null,
  wal_bytes bigint not null,
  database_bytes bigint not null,
  constraint database_sample_pkey primary key (sampled_at)
);
comment on column database_sample.wal_bytes is 'Position in the write-ahead log: differences are what was written.';
select app.platform_table('database_sample');

-- down
drop table database_sample;
drop function app.add_counts;
drop table request_minute;
