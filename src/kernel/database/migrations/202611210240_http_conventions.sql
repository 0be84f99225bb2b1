-- Idempotency keys, and the counts by which processes share rate limits.

create table idempotency_key (
  tenant_id uuid not null,
  hash bytea not null,
  fingerprint bytea not null,
  route text not null,
  actor_type text not null,
  actor_id text not null,
  request_id text,
  owner uuid not null,
  lease_until timestamptz not null,
  created_at timestamptz not null default app.now(),
  effect_at timestamptz,
  answered_at timestamptz,
  status integer,
  headers jsonb,
  body text,
  secret boolean not null default false,
  constraint idempotency_key_pkey primary key (tenant_id, hash)
);
comment on table idempotency_key is 'Requests that carried an Idempotency-Key, for a day: who runs one, whether it changed something, what was answered.';
comment on column idempotency_key.hash is 'SHA-256 of the caller and the key.';
comment on column idempotency_key.fingerprint is 'SHA-256 of method, address and body: the same key with another one is refused.';
comment on column idempotency_key.owner is 'The request that runs; only it may commit an effect under this key.';
comment on column idempotency_key.effect_at is 'Written in the transaction of the request''s first effect.';
comment on column idempotency_key.secret is 'The answer held a secret: only the id of what was made is kept.';
select app.protect('idempotency_key');
create index idempotency_key__created_at on idempotency_key (created_at);

-- Lost with a crash of the server, which is what a count of the last minute may be.
create unlogged table rate_window (
  minute bigint not null,
  policy text not null,
  client text not null,
  hits integer not null,
  refused integer not null,
  constraint rate_window_pkey primary key (minute, policy, client)
);
comment on table rate_window is 'Requests by minute (since 1970), policy and client, of clients that use a noticeable part of a limit.';
select app.platform_table('rate_window');

-- down
drop table rate_window, idempotency_key;
