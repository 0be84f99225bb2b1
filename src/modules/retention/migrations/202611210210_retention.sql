-- What was archived, and how each table's last run of retention went. The archive itself is in the store.

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
  verified_at timestamptz not null default app.now(),
  constraint archive_file_pkey primary key (tenant_id, table_name, day, part)
);
comment on table archive_file is 'Verified files of the archive. The manifest beside each file is the truth; these rows are for looking.';
select app.protect('archive_file');

create table retention_run (
  tenant_id uuid not null,
  table_name text not null,
  last_run_at timestamptz not null,
  state text not null check (state in ('idle', 'failed')),
  detail text not null,
  constraint retention_run_pkey primary key (tenant_id, table_name)
);
select app.protect('retention_run');

-- The audit trail is append-only for every role. This is the only way rows leave it: old ones, archived before, by the
-- platform role, and each removal is itself written down.
create function app.purge_audit_events(tenant uuid, ids bigint[], before date, file text, archived_rows bigint, digest text)
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
revoke execute on function app.purge_audit_events from public;
grant execute on function app.purge_audit_events to daytwo_platform;

-- down
drop function app.purge_audit_events;
drop table retention_run, archive_file;
