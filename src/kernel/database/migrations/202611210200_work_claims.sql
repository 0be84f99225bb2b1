-- A claim is a row, and indexes of work tables follow only columns that claiming does not change: then PostgreSQL updates a
-- claimed row in place (HOT) and touches none of its indexes. See docs/decisions/0005-work-tables.md.
create table work_claim (
  tenant_id uuid not null,
  id uuid not null,
  work text not null,
  row_ids bigint[] not null,
  lease_until timestamptz not null,
  constraint work_claim_pkey primary key (tenant_id, id)
);
comment on table work_claim is 'What a worker holds. A claim neither ended nor prolonged until lease_until is taken from its owner.';
create index work_claim__id on work_claim (id);
create index work_claim__lease on work_claim (work, lease_until);
select app.protect('work_claim');

drop index subscription_work__due, subscription_work__leased;
alter table subscription_work drop column lease_until;
-- Room on each page for the version that a claim writes.
alter table subscription_work set (fillfactor = 45);
create index subscription_work__open on subscription_work (subscriber, tenant_id, due_at, id) where finished_at is null;
create index subscription_work__tried on subscription_work (subscriber, due_at, id) where finished_at is null and error_class is not null;

alter table schedule drop column lease_until;

-- What was requeued is fresh again: its last error stays to be read, its class no longer sets it apart.
create or replace function app.requeue() returns trigger language plpgsql as $$
begin
  new.due_at := app.now();
  new.attempt_count := 0;
  new.error_class := null;
  new.lease_owner := null;
  new.finished_at := null;
  new.outcome := null;
  perform pg_notify('daytwo_work', tg_table_name);
  return new;
end $$;

-- What the workers did in each minute, of all processes together.
create table work_minute (
  work text not null,
  minute timestamptz not null,
  completed integer not null,
  failed integer not null,
  due integer not null,
  active integer not null,
  dead integer not null,
  constraint work_minute_pkey primary key (minute, work)
);
comment on table work_minute is 'completed and failed are sums of the minute; due, active and dead the largest value seen in it.';
select app.platform_table('work_minute');

-- down
drop table work_minute;
create or replace function app.requeue() returns trigger language plpgsql as $$
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
alter table schedule add column lease_until timestamptz;
drop index subscription_work__tried, subscription_work__open;
alter table subscription_work reset (fillfactor);
alter table subscription_work add column lease_until timestamptz;
create index subscription_work__leased on subscription_work (lease_until) where status = 'processing';
create index subscription_work__due on subscription_work (subscriber, due_at) where status = 'pending';
drop table work_claim;
