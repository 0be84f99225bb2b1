-- Persons sign in (module people); the session that belonged to nobody, and the links that opened it, go.
drop function app.use_setup_token, app.local_session_by_hash;
drop table local_session, setup_token;

-- down
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
create trigger tell_rights after delete on local_session for each statement execute function app.tell_rights();
create function app.local_session_by_hash(wanted bytea) returns table (tenant_id uuid, id uuid, expires_at timestamptz)
language sql stable security definer set search_path = public, app, pg_temp as $$
  select s.tenant_id, s.id, s.expires_at from local_session s where s.hash = wanted and s.expires_at > app.now()
$$;
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
