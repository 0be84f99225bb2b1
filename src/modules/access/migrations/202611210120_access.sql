-- API keys, and the local browser sessions that a one-time set-up URL opens.
create table api_key (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  prefix text not null,
  hash bytea not null,
  scopes text[] not null check (cardinality(scopes) > 0),
  streams text[] check (cardinality(streams) > 0),
  created_at timestamptz not null default app.now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint api_key_pkey primary key (tenant_id, id),
  constraint api_key__hash unique (hash)
);
comment on column api_key.hash is 'SHA-256 of the key; the key has 256 bits of entropy, so a slow hash adds nothing.';
comment on column api_key.streams is 'Allowed streams; null is all, and an empty list cannot be stored.';
select app.protect('api_key');

create table setup_token (
  id bigint generated always as identity,
  hash bytea not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint setup_token_pkey primary key (id),
  constraint setup_token__hash unique (hash)
);
select app.platform_table('setup_token');

create table local_session (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  hash bytea not null,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  constraint local_session_pkey primary key (tenant_id, id),
  constraint local_session__hash unique (hash)
);
select app.protect('local_session');

-- Pre-tenant lookups: who holds this hash? Both answer only for an exact hash, so they can enumerate nothing.
create function app.api_key_by_hash(wanted bytea) returns table (
  tenant_id uuid, id uuid, name text, scopes text[], streams text[], state text, last_used_at timestamptz
) language sql stable security definer set search_path = public, app, pg_temp as $$
  select k.tenant_id, k.id, k.name, k.scopes, k.streams,
    case when k.revoked_at <= app.now() then 'revoked' when k.expires_at <= app.now() then 'expired'
      when t.status <> 'ready' then 'suspended' else 'active' end,
    k.last_used_at
  from api_key k join tenant t on t.id = k.tenant_id where k.hash = wanted
$$;
create function app.local_session_by_hash(wanted bytea) returns table (tenant_id uuid, id uuid, expires_at timestamptz)
language sql stable security definer set search_path = public, app, pg_temp as $$
  select s.tenant_id, s.id, s.expires_at from local_session s where s.hash = wanted and s.expires_at > app.now()
$$;
-- Using a set-up token opens a session, once: of many at the same moment one wins.
create function app.use_setup_token(token_hash bytea, session_id uuid, session_hash bytea, hours integer) returns boolean
language plpgsql volatile security definer set search_path = public, app, pg_temp as $$
begin
  update setup_token set used_at = app.now() where hash = token_hash and used_at is null and expires_at > app.now();
  if not found then return false; end if;
  insert into local_session (tenant_id, id, hash, expires_at)
  values ('00000000-0000-7000-8000-000000000001', session_id, session_hash, app.now() + hours * interval '1 hour');
  insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject)
  values ('00000000-0000-7000-8000-000000000001', 'access', 'access.session-opened', 'session', session_id::text,
    'local session', 'local_session:' || session_id);
  return true;
end $$;

-- down
drop function app.use_setup_token, app.local_session_by_hash, app.api_key_by_hash;
drop table local_session, setup_token, api_key;
