-- How often a row was requeued: what became a dead letter again after a requeue must not look like a fresh one. The
-- trigger counts, so that an UPDATE by hand counts like a requeue of the API.

create or replace function app.requeue() returns trigger language plpgsql as $$
begin
  new.due_at := app.now();
  new.attempt_count := 0;
  new.error_class := null;
  new.requeued_count := old.requeued_count + 1;
  new.lease_owner := null;
  new.finished_at := null;
  new.outcome := null;
  perform pg_notify('daytwo_work', tg_table_name);
  return new;
end $$;

-- What a person finishes by hand is finished like the rest, or no list would show it: see the conditions of the indexes.
create function app.finish() returns trigger language plpgsql as $$
begin
  new.finished_at := app.now();
  new.lease_owner := null;
  if new.status = 'dead_lettered' then new.error_class := coalesce(new.error_class, 'by-hand'); end if;
  return new;
end $$;

create or replace function app.work_table(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s add column if not exists requeued_count integer not null default 0', target);
  execute format('create trigger wake after insert on %s for each statement execute function app.wake()', target);
  execute format('create trigger requeue before update of status on %s for each row
    when (new.status = ''pending'' and old.status in (''completed'', ''dead_lettered'')) execute function app.requeue()', target);
  execute format('create trigger finish before update of status on %s for each row
    when (new.status in (''completed'', ''dead_lettered'') and new.finished_at is null) execute function app.finish()', target);
end $$;

-- Work tables that exist already, whoever owns them.
do $$
declare target regclass;
begin
  for target in select t.tgrelid::regclass from pg_trigger t where t.tgfoid = 'app.requeue'::regproc loop
    execute format('alter table %s add column if not exists requeued_count integer not null default 0', target);
    execute format('create trigger finish before update of status on %s for each row
      when (new.status in (''completed'', ''dead_lettered'') and new.finished_at is null) execute function app.finish()', target);
  end loop;
end $$;

-- Dead letters newest first, and by class of error; the other work tables have theirs in their own migrations.
create index subscription_work__dead on subscription_work (tenant_id, subscriber, id) where finished_at is not null and error_class is not null;
create index subscription_work__error_class on subscription_work (tenant_id, subscriber, error_class, id) where finished_at is not null and error_class is not null;

-- down
drop index subscription_work__error_class, subscription_work__dead;
do $$
declare target regclass;
begin
  for target in select t.tgrelid::regclass from pg_trigger t where t.tgfoid = 'app.requeue'::regproc loop
    execute format('alter table %s drop column if exists requeued_count', target);
    execute format('drop trigger finish on %s', target);
  end loop;
end $$;
create or replace function app.work_table(target regclass) returns void language plpgsql as $$
begin
  execute format('create trigger wake after insert on %s for each statement execute function app.wake()', target);
  execute format('create trigger requeue before update of status on %s for each row
    when (new.status = ''pending'' and old.status in (''completed'', ''dead_lettered'')) execute function app.requeue()', target);
end $$;
drop function app.finish;
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
