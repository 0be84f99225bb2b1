-- A person's rights end with their account, their session, their membership or the support access they were given.
create trigger tell_rights after update of status, platform_role or delete on person for each statement execute function app.tell_rights();
create trigger tell_rights after update of revoked_at, tenant_id or delete on person_session for each statement execute function app.tell_rights();
create trigger tell_rights after update of role, status or delete on member for each statement execute function app.tell_rights();
create trigger tell_rights after update of closed_at on support_access for each statement execute function app.tell_rights();

-- down
drop trigger tell_rights on support_access;
drop trigger tell_rights on member;
drop trigger tell_rights on person_session;
drop trigger tell_rights on person;
