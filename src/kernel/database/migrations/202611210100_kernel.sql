-- Tenancy, audit and settings: what every module's tables stand on.
-- Roles exist already (db:setup): daytwo_owner runs this, daytwo_app sees one tenant, daytwo_platform and
-- daytwo_operator see all, and no role bypasses row-level security: policies admit them.

create schema app;
grant usage on schema app, public to daytwo_app, daytwo_platform, daytwo_operator;
-- The login role inherits nothing, yet runs the lookup functions; the schema holds functions only.
grant usage on schema app to public;

-- The clock of leases, due times and expiry. A test may shift it: alter database … set app.clock_offset = '3 days'.
create function app.now() returns timestamptz language sql stable parallel safe as $$
  select now() + coalesce(nullif(current_setting('app.clock_offset', true), ''), '0')::interval
$$;

create function app.tenant_id() returns uuid language sql stable parallel safe as $$
  select nullif(current_setting('app.tenant_id', true), '')::uuid
$$;

create table audit_events (
  tenant_id uuid not null,
  id bigint generated always as identity,
  module text not null,
  action text not null,
  created_at timestamptz not null default app.now(),
  actor_type text not null,
  actor_id text not null,
  actor_name text not null,
  subject text not null,
  delta jsonb not null default '{}',
  request_id text,
  constraint audit_events_pkey primary key (tenant_id, id)
);
create index audit_events__created_at on audit_events (tenant_id, created_at desc, id desc);
comment on table audit_events is 'Who changed what, with before and after. Append-only for every role.';

-- Changes made with SQL by the operator role are audited here; all other changes are audited by their use case.
create function app.audit_operator_change() returns trigger language plpgsql security definer
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

-- Isolates one tenant table: every migration that creates one calls this, and a catalogue test finds who forgot.
create function app.protect(target regclass, tenant_column name default 'tenant_id') returns void language plpgsql as $$
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
end $$;

-- A table of the installation itself (no tenant): for the platform and the operator only.
create function app.platform_table(target regclass) returns void language plpgsql as $$
begin
  execute format('grant select, insert, update, delete on %s to daytwo_platform, daytwo_operator', target);
  execute format('create trigger audit_operator_change after insert or update or delete on %s for each row
    when (current_user = ''daytwo_operator'') execute function app.audit_operator_change(''tenant_id'')', target);
end $$;

-- A table whose rows are due: inserting wakes the workers, and setting a finished row to pending by hand makes it due.
create function app.wake() returns trigger language plpgsql as $$
begin
  perform pg_notify('daytwo_work', tg_table_name);
  return null;
end $$;

create function app.requeue() returns trigger language plpgsql as $$
begin
  new.due_at := app.now();
  new.attempt_count := 0;
  new.lease_owner := null;
  new.lease_until := null;
  new.finished_at := null;
  new.outcome := null;
  perform pg_notify('daytwo_work', tg_table_name);
  return new;
end $$;

create function app.work_table(target regclass) returns void language plpgsql as $$
begin
  execute format('create trigger wake after insert on %s for each statement execute function app.wake()', target);
  execute format('create trigger requeue before update of status on %s for each row
    when (new.status = ''pending'' and old.status in (''completed'', ''dead_lettered'')) execute function app.requeue()', target);
end $$;

select app.protect('audit_events');
drop trigger audit_operator_change on audit_events;
revoke update, delete on audit_events from daytwo_app, daytwo_platform, daytwo_operator;

create table setting (
  tenant_id uuid not null,
  name text not null,
  value jsonb not null,
  updated_at timestamptz not null default app.now(),
  constraint setting_pkey primary key (tenant_id, name)
);
select app.protect('setting');

-- Scheduled commands: one row each, due once across any number of processes.
create table schedule (
  name text not null,
  id bigint generated always as identity,
  cron text not null,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'dead_lettered')),
  due_at timestamptz not null,
  attempt_count integer not null default 0,
  lease_owner uuid,
  lease_until timestamptz,
  last_error text,
  error_class text,
  finished_at timestamptz,
  outcome text,
  last_started_at timestamptz,
  last_finished_at timestamptz,
  last_outcome text,
  last_duration_ms integer,
  constraint schedule_pkey primary key (id),
  constraint schedule__name unique (name)
);
select app.platform_table('schedule');

-- The event log: what changed here, said once, in the transaction that changed it. One work row per subscriber.
create table domain_event (
  tenant_id uuid not null,
  id bigint generated always as identity,
  name text not null,
  payload jsonb not null,
  created_at timestamptz not null default app.now(),
  constraint domain_event_pkey primary key (tenant_id, id)
);
select app.protect('domain_event');
create index domain_event__created_at on domain_event (tenant_id, created_at);

create table subscription_work (
  tenant_id uuid not null,
  id bigint generated always as identity,
  subscriber text not null,
  event_id bigint not null,
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'dead_lettered')),
  outcome text,
  due_at timestamptz not null default app.now(),
  attempt_count integer not null default 0,
  last_error text,
  error_class text,
  lease_owner uuid,
  lease_until timestamptz,
  finished_at timestamptz,
  constraint subscription_work_pkey primary key (tenant_id, id),
  constraint subscription_work__event foreign key (tenant_id, event_id) references domain_event (tenant_id, id) on delete cascade
);
select app.protect('subscription_work');
select app.work_table('subscription_work');
create index subscription_work__due on subscription_work (subscriber, due_at) where status = 'pending';
create index subscription_work__leased on subscription_work (lease_until) where status = 'processing';
create index subscription_work__event_id on subscription_work (tenant_id, event_id);

-- down
drop table subscription_work, domain_event, schedule, setting, audit_events;
drop schema app cascade;
