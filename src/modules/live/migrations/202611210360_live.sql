-- What changed, told at commit to whoever looks at the console; and that somebody's rights changed, so that open streams end.
-- PostgreSQL sends equal notifications of a transaction once.
create function app.tell_topics() returns trigger language plpgsql as $$
begin
  perform pg_notify('daytwo_live', n.tenant_id || ':' || split_part(n.told, '.', 1))
  from (select distinct r.tenant_id, to_jsonb(r) ->> tg_argv[0] as told from new_rows r) n;
  return null;
end $$;
create trigger tell_topics after insert on domain_event referencing new table as new_rows for each statement execute function app.tell_topics('name');
create trigger tell_topics after insert on audit_events referencing new table as new_rows for each statement execute function app.tell_topics('module');

create function app.tell_rights() returns trigger language plpgsql as $$
begin
  perform pg_notify('daytwo_rights', '');
  return null;
end $$;
create trigger tell_rights after update of status on tenant for each statement execute function app.tell_rights();
create trigger tell_rights after update of status, platform_role or delete on person for each statement execute function app.tell_rights();
create trigger tell_rights after update of revoked_at, tenant_id or delete on person_session for each statement execute function app.tell_rights();
create trigger tell_rights after update of role, status or delete on member for each statement execute function app.tell_rights();
create trigger tell_rights after update of closed_at on support_access for each statement execute function app.tell_rights();
create trigger tell_rights after update of revoked_at, expires_at on api_key for each statement execute function app.tell_rights();

-- down
drop trigger tell_rights on api_key;
drop trigger tell_rights on support_access;
drop trigger tell_rights on member;
drop trigger tell_rights on person_session;
drop trigger tell_rights on person;
drop trigger tell_rights on tenant;
drop function app.tell_rights;
drop trigger tell_topics on audit_events;
drop trigger tell_topics on domain_event;
drop function app.tell_topics;
