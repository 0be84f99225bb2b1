-- Who belongs to a tenant, in which role; who asks to; and who of the platform looks in for a while.
alter table tenant drop constraint tenant_status_check;
alter table tenant add constraint tenant_status_check check (status in ('ready', 'suspended', 'removed'));
alter table tenant add column plan text not null default 'enterprise' check (plan in ('core', 'pro', 'enterprise'));
alter table tenant add column modules text[] not null default '{}';
alter table tenant add column status_changed_at timestamptz;
comment on column tenant.plan is 'The plan that was granted; what it includes is the billing module''s to say.';

create table member (
  tenant_id uuid not null references tenant (id),
  person_id uuid not null references person (id),
  role text not null check (role in ('viewer', 'member', 'operator', 'admin', 'owner')),
  status text not null default 'active' check (status in ('active', 'suspended')),
  source text not null check (source in ('first', 'registration', 'invitation', 'sso', 'command')),
  joined_at timestamptz not null default app.now(),
  last_seen_at timestamptz,
  constraint member_pkey primary key (tenant_id, person_id)
);
create index member__person on member (person_id);
select app.protect('member');

create table support_access (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  person_id uuid not null references person (id),
  role text not null check (role in ('viewer', 'operator', 'admin')),
  reason text not null check (length(reason) between 5 and 1000),
  opened_at timestamptz not null default app.now(),
  until timestamptz not null,
  closed_at timestamptz,
  constraint support_access_pkey primary key (tenant_id, id)
);
create index support_access__person on support_access (person_id, until);
select app.protect('support_access');

-- Names of the members of the current tenant: persons themselves are the platform's.
create function app.people_of_tenant() returns table (id uuid, email text, name text, status text)
language sql stable security definer set search_path = public, app, pg_temp as $$
  select p.id, p.email, p.name, p.status from person p
  where exists (select from member m where m.person_id = p.id and m.tenant_id = app.tenant_id())
    or exists (select from support_access s where s.person_id = p.id and s.tenant_id = app.tenant_id())
$$;

-- Pre-tenant lookup of each request: whose session is this, for which tenant, in which role, as of now?
create function app.caller_of_session(wanted uuid) returns table (
  person_id uuid, name text, email text, platform_role text, tenant_id uuid, role text, support boolean, state text, created_at timestamptz
) language sql stable security definer set search_path = public, app, pg_temp as $$
  select p.id, p.name, p.email, p.platform_role,
    case when t.status = 'ready' and coalesce(m.role, a.role) is not null then t.id end,
    case when t.status = 'ready' then coalesce(m.role, a.role) end,
    m.role is null and a.role is not null,
    case when s.revoked_at is not null then 'revoked' when least(s.expires_at, s.ends_at) <= app.now() then 'expired'
      when p.status <> 'active' then 'disabled' else 'active' end,
    s.created_at
  from person_session s
  join person p on p.id = s.person_id
  left join tenant t on t.id = s.tenant_id
  left join member m on m.tenant_id = s.tenant_id and m.person_id = p.id and m.status = 'active'
  left join lateral (
    select x.role from support_access x
    where x.tenant_id = s.tenant_id and x.person_id = p.id and x.closed_at is null and x.until > app.now() and p.platform_role is not null
    order by x.until desc limit 1
  ) a on true
  where s.id = wanted
$$;

-- down
drop function app.caller_of_session, app.people_of_tenant;
drop table support_access, member;
alter table tenant drop column status_changed_at, drop column modules, drop column plan;
alter table tenant drop constraint tenant_status_check;
alter table tenant add constraint tenant_status_check check (status in ('ready', 'suspended'));
