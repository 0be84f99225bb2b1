-- The audit trail becomes a chain, one a tenant: each event has its place (seq) and a hash over the event before it and itself.
-- Both are given when the transaction commits, and only then is the chain's head locked: long transactions do not wait for one
-- another, and the order of the chain is the order in which events became visible.
create table audit_chain (
  tenant_id uuid not null,
  seq bigint not null,
  hash bytea not null,
  constraint audit_chain_pkey primary key (tenant_id)
) with (fillfactor = 50);
comment on table audit_chain is 'The newest link of each tenant''s chain. Written by the trigger on audit_events alone.';
select app.protect('audit_chain');
drop trigger audit_operator_change on audit_chain;
revoke insert, update, delete on audit_chain from daytwo_app, daytwo_platform, daytwo_operator;

alter table audit_events add column seq bigint, add column hash bytea;
comment on column audit_events.seq is 'Place in the tenant''s chain, without gaps; given at commit.';
comment on column audit_events.hash is 'SHA-256 over the hash of the event before it and this row; see app.audit_hash.';

-- JSON text of the columns is unambiguous; instants are microseconds, so that no session's time zone matters. Whoever verifies
-- writes the computation out itself (chain-queries.ts): a function that was replaced would agree with anything.
create function app.audit_hash(previous bytea, place bigint, e audit_events) returns bytea language sql stable parallel safe as $$
  select sha256(previous || convert_to(jsonb_build_array(e.tenant_id, place, e.id, e.module, e.action, extract(epoch from e.created_at),
    e.actor_type, e.actor_id, e.actor_name, e.subject, e.delta, e.request_id)::text, 'UTF8'))
$$;

-- Events that are there already, in the order in which they were written.
do $$
declare
  e audit_events;
  place bigint := 0;
  link bytea := '';
  tenant uuid;
begin
  for e in select * from audit_events order by tenant_id, id loop
    if tenant is distinct from e.tenant_id then
      if tenant is not null then insert into audit_chain values (tenant, place, link); end if;
      tenant := e.tenant_id;
      place := 0;
      link := '';
    end if;
    place := place + 1;
    link := app.audit_hash(link, place, e);
    update audit_events a set seq = place, hash = link where a.tenant_id = e.tenant_id and a.id = e.id;
  end loop;
  if tenant is not null then insert into audit_chain values (tenant, place, link); end if;
end $$;

create unique index audit_events__seq on audit_events (tenant_id, seq);
create index audit_events__module on audit_events (tenant_id, module, created_at desc, id desc);
create index audit_events__action on audit_events (tenant_id, action, created_at desc, id desc);
create index audit_events__actor on audit_events (tenant_id, actor_id, created_at desc, id desc);
create index audit_events__subject on audit_events (tenant_id, subject, created_at desc, id desc);

create function app.chain_audit_event() returns trigger language plpgsql security definer
set search_path = public, app, pg_temp as $$
declare
  place bigint;
  link bytea;
begin
  loop
    -- Waits here, at commit, for whoever commits to the same chain; the hash is computed from what it left.
    update audit_chain c set seq = c.seq + 1, hash = app.audit_hash(c.hash, c.seq + 1, new)
    where c.tenant_id = new.tenant_id returning c.seq, c.hash into place, link;
    exit when found;
    insert into audit_chain (tenant_id, seq, hash) values (new.tenant_id, 0, '') on conflict do nothing;
  end loop;
  update audit_events a set seq = place, hash = link where a.tenant_id = new.tenant_id and a.id = new.id;
  return null;
end $$;
revoke execute on function app.chain_audit_event from public;
-- Who writes an event can neither date it nor place it; what the operator does is written by a trigger.
revoke insert on audit_events from daytwo_app, daytwo_platform, daytwo_operator;
grant insert (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta, request_id) on audit_events
  to daytwo_app, daytwo_platform;
create constraint trigger chain after insert on audit_events deferrable initially deferred
  for each row execute function app.chain_audit_event();

-- The time of an event is the server's. app.now() also heeds an offset that tests give a whole database, and that any session could
-- give itself: here only the database's counts, so that nobody dates what they did.
create function app.audit_now() returns timestamptz language sql stable as $$
  select case when coalesce(current_setting('app.clock_offset', true), '') = '' then now() else now() + coalesce((
    select split_part(c, '=', 2)::interval from pg_catalog.pg_db_role_setting s
    join pg_catalog.pg_database d on d.oid = s.setdatabase and d.datname = current_database()
    cross join unnest(s.setconfig) c
    where s.setrole = 0 and starts_with(c, 'app.clock_offset=')), '0') end
$$;
alter table audit_events alter column created_at set default app.audit_now();

-- What the operator does with SQL is written down without secrets: of columns that hold hashes, keys, sealed or stored bytes, and
-- of stored replies, only that they changed.
create function app.without_secrets(columns jsonb, before jsonb, target oid) returns jsonb language sql stable as $$
  select jsonb_object_agg(c.key, case
    when c.value = 'null' or not (a.atttypid = 'bytea'::regtype or c.key ~ '(password|secret|token)' or (t.relname = 'idempotency_key' and c.key in ('body', 'headers')))
      then c.value
    when before is null or before -> c.key = c.value then '"***"'
    else '"*** (changed)"' end)
  from jsonb_each(columns) c
  join pg_class t on t.oid = target
  join pg_attribute a on a.attrelid = target and a.attname = c.key
$$;
create or replace function app.audit_operator_change() returns trigger language plpgsql security definer
set search_path = public, app, pg_temp as $$
declare
  before jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
  after jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
begin
  insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta)
  values (
    coalesce((coalesce(after, before) ->> tg_argv[0])::uuid, '00000000-0000-7000-8000-000000000001'),
    'operator', lower(tg_op) || '.' || tg_table_name, 'operator', session_user, session_user,
    tg_table_name || ':' || coalesce(coalesce(after, before) ->> 'id', '?'),
    jsonb_build_object('before', app.without_secrets(before, null, tg_relid), 'after', app.without_secrets(after, before, tg_relid))
  );
  return null;
end $$;

-- What a chain was on a day, signed with a key that is not in the database. A purge ends at one, and the chain goes on from it.
create table audit_checkpoint (
  tenant_id uuid not null,
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('daily', 'purge')),
  hash bytea not null,
  at timestamptz not null,
  signature bytea not null,
  copied_at timestamptz,
  constraint audit_checkpoint_pkey primary key (tenant_id, seq, kind)
);
comment on table audit_checkpoint is 'Copies lie in the archive, so that a chain and checkpoints that were both rewritten are found.';
select app.protect('audit_checkpoint');
drop trigger audit_operator_change on audit_checkpoint;
revoke update, delete on audit_checkpoint from daytwo_app, daytwo_platform, daytwo_operator;
revoke insert on audit_checkpoint from daytwo_app, daytwo_operator;
grant update (copied_at) on audit_checkpoint to daytwo_platform;

create table audit_verification (
  tenant_id uuid not null,
  verified_at timestamptz not null,
  whole boolean not null,
  events bigint not null,
  upto_seq bigint not null,
  faults jsonb not null,
  constraint audit_verification_pkey primary key (tenant_id)
);
comment on table audit_verification is 'How the last verification of each chain ended. Faults stay until one of the whole chain finds none.';
select app.protect('audit_verification');

create table audit_anomaly (
  tenant_id uuid not null,
  id uuid not null,
  day date not null,
  rule text not null,
  severity text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  subject text not null,
  detail text not null,
  count bigint not null,
  evidence bigint[] not null,
  found_at timestamptz not null default app.now(),
  acknowledged_at timestamptz,
  acknowledged_by text,
  note text,
  constraint audit_anomaly_pkey primary key (tenant_id, id),
  constraint audit_anomaly__found unique (tenant_id, day, rule, subject)
);
comment on column audit_anomaly.evidence is 'Places (seq) in the chain of events that show it.';
select app.protect('audit_anomaly');
create index audit_anomaly__open on audit_anomaly (tenant_id, id) where acknowledged_at is null;

-- The audit log file is written by one process at a time, which remembers here how far it came.
create table audit_log_position (
  tenant_id uuid not null,
  seq bigint not null,
  constraint audit_log_position_pkey primary key (tenant_id)
);
select app.protect('audit_log_position');
insert into audit_log_position (tenant_id, seq) select c.tenant_id, c.seq from audit_chain c;

-- Where the events of one day that begin the chain end: only these may be archived and purged now. One that was written on
-- another day and committed in between comes first, when its own day is purged.
create function app.audit_prefix_end(tenant uuid, day date) returns bigint language sql stable as $$
  select coalesce((
    select a.seq from audit_events a
    where a.tenant_id = tenant and not (a.created_at >= (day::timestamp at time zone 'UTC') and a.created_at < ((day + 1)::timestamp at time zone 'UTC'))
    order by a.seq limit 1), 9223372036854775807)
$$;

-- The only way rows leave the audit trail: old ones, archived before, by the platform role, as a whole segment that begins the
-- chain and ends at a signed checkpoint; and each removal is itself written down.
create or replace function app.purge_audit_events(tenant uuid, ids bigint[], before date, file text, archived_rows bigint, digest text)
returns bigint language plpgsql security definer set search_path = public, app, pg_temp as $$
declare
  removed bigint;
  upto bigint;
begin
  if before > (app.audit_now() at time zone 'UTC')::date - 90 then
    raise exception 'audit events are kept for 90 days at least' using errcode = '22023';
  end if;
  if file is null or digest !~ '^[0-9a-f]{64}$' then
    raise exception 'audit events are purged only after they were archived' using errcode = '22023';
  end if;
  select max(c.seq) into upto from audit_checkpoint c
  join audit_events a on a.tenant_id = c.tenant_id and a.seq = c.seq and a.hash = c.hash
  where c.tenant_id = tenant and c.kind = 'purge'
    and c.seq < coalesce((
      select min(x.seq) from audit_events x
      where x.tenant_id = tenant and (x.id <> all (ids) or x.created_at >= (before::timestamp at time zone 'UTC'))), 9223372036854775807);
  delete from audit_events a where a.tenant_id = tenant and a.seq <= upto;
  get diagnostics removed = row_count;
  if removed > 0 then
    insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta)
    values (tenant, 'retention', 'retention.audit-purged', 'command', 'scheduler:enforce-data-retention',
      'scheduler:enforce-data-retention', 'archive:' || file,
      jsonb_build_object('after', jsonb_build_object('archived_rows', archived_rows, 'purged_rows', removed, 'before', before, 'sha256', digest, 'upto_seq', upto)));
  end if;
  return removed;
end $$;

-- down
create or replace function app.purge_audit_events(tenant uuid, ids bigint[], before date, file text, archived_rows bigint, digest text)
returns bigint language plpgsql security definer set search_path = public, app, pg_temp as $$
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
end $$;
create or replace function app.audit_operator_change() returns trigger language plpgsql security definer
set search_path = public, app, pg_temp as $$
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
end $$;
drop function app.without_secrets;
alter table audit_events alter column created_at set default app.now();
drop function app.audit_now;
drop function app.audit_prefix_end;
drop table audit_log_position, audit_anomaly, audit_verification, audit_checkpoint;
revoke insert (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta, request_id) on audit_events
  from daytwo_app, daytwo_platform;
grant insert on audit_events to daytwo_app, daytwo_platform, daytwo_operator;
drop trigger chain on audit_events;
drop function app.chain_audit_event;
drop index audit_events__subject, audit_events__actor, audit_events__action, audit_events__module, audit_events__seq;
drop function app.audit_hash;
alter table audit_events drop column hash, drop column seq;
drop table audit_chain;
