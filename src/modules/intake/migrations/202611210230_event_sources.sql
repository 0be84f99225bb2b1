-- Sources beside GitHub and Jira: a connection of the kind `events` has the name its events carry.

alter table connection drop constraint connection_source_check;
alter table connection add constraint connection_source_check check (source in ('github', 'jira', 'events'));
alter table connection add column event_source text
  constraint connection_event_source_check check (event_source ~ '^[a-z][a-z0-9-]{1,39}$');
alter table connection add constraint connection__named check ((source = 'events') = (event_source is not null));
comment on column connection.event_source is 'What event_queue.event_source says of its events; only of the kind `events`, whose source has no name of its own.';
-- One namespace of delivery ids and external ids a name: two senders under one name would swallow each other's events.
create unique index connection__event_source on connection (tenant_id, event_source) where disabled_at is null;

drop function app.connection_by_id;
create function app.connection_by_id(wanted uuid) returns table (
  tenant_id uuid, id uuid, source text, event_source text, secret bytea, previous_secret bytea
) language sql stable security definer set search_path = public, app, pg_temp as $$
  select c.tenant_id, c.id, c.source, c.event_source, c.secret,
    case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.id = wanted and c.disabled_at is null and t.status = 'ready'
$$;

-- The connection that a bare address means: one tenant's, of exactly this name.
create function app.connection_by_event_source(wanted_tenant uuid, wanted text) returns table (
  tenant_id uuid, id uuid, secret bytea, previous_secret bytea
) language sql stable security definer set search_path = public, app, pg_temp as $$
  select c.tenant_id, c.id, c.secret, case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.tenant_id = wanted_tenant and c.event_source = wanted and c.disabled_at is null and t.status = 'ready'
$$;

-- down
drop function app.connection_by_event_source;
drop function app.connection_by_id;
create function app.connection_by_id(wanted uuid) returns table (
  tenant_id uuid, id uuid, source text, secret bytea, previous_secret bytea
) language sql stable security definer set search_path = public, app, pg_temp as $$
  select c.tenant_id, c.id, c.source, c.secret, case when c.previous_valid_until > app.now() then c.previous_secret end
  from connection c join tenant t on t.id = c.tenant_id
  where c.id = wanted and c.disabled_at is null and t.status = 'ready'
$$;
-- Connections of this kind mean nothing to what runs without them.
delete from connection where source = 'events';
drop index connection__event_source;
alter table connection drop constraint connection__named;
alter table connection drop column event_source;
alter table connection drop constraint connection_source_check;
alter table connection add constraint connection_source_check check (source in ('github', 'jira'));
