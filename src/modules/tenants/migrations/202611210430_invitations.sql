-- How people come to belong to a tenant: invited into one, or asking for one; and who looked at the list of members when.
create table invitation (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  role text not null check (role in ('viewer', 'member', 'operator', 'admin', 'owner')),
  token_hash bytea not null,
  invited_by text not null,
  created_at timestamptz not null default app.now(),
  sent_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references person (id),
  revoked_at timestamptz,
  constraint invitation_pkey primary key (tenant_id, id),
  constraint invitation__token_hash unique (token_hash)
);
comment on column invitation.token_hash is 'SHA-256 of the token in the mail, which has 256 bits of entropy; sending again replaces it.';
-- Per tenant: whether an address is invited elsewhere is nobody's to learn.
create unique index invitation__open on invitation (tenant_id, email) where accepted_at is null and revoked_at is null;
select app.protect('invitation');

create table registration (
  id uuid not null,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  organisation text not null check (length(organisation) between 1 and 200),
  token_hash bytea not null,
  status text not null default 'unconfirmed' check (status in ('unconfirmed', 'requested', 'approved', 'rejected')),
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  person_id uuid references person (id),
  requested_at timestamptz,
  decided_at timestamptz,
  decided_by text,
  reason text,
  tenant_id uuid references tenant (id),
  constraint registration_pkey primary key (id),
  constraint registration__token_hash unique (token_hash),
  constraint registration__requested check (status = 'unconfirmed' or (person_id is not null and requested_at is not null)),
  constraint registration__decided check ((status in ('approved', 'rejected')) = (decided_at is not null))
);
create index registration__email on registration (email, created_at);
select app.platform_table('registration');

create table access_review (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  completed_at timestamptz not null default app.now(),
  completed_by text not null,
  note text,
  counts jsonb not null,
  constraint access_review_pkey primary key (tenant_id, id)
);
create index access_review__completed_at on access_review (tenant_id, completed_at desc);
select app.protect('access_review');

-- One open support access of a person in a tenant; one that ran out is closed when the next is opened.
create unique index support_access__open on support_access (tenant_id, person_id) where closed_at is null;

-- What lists of people show: never what proves who they are. Only the platform reads persons, so only it reads this.
create view tenants_v_person with (security_invoker = true) as
  select p.id, p.email, p.name, p.status, p.platform_role, p.created_at, p.last_seen_at from person p;
grant select on tenants_v_person to daytwo_platform, daytwo_operator;

-- What a review of access asks of a tenant's keys.
create view tenants_v_key with (security_invoker = true) as
  select k.tenant_id, k.id, k.last_used_at, k.created_at from api_key k
  where (k.revoked_at is null or k.revoked_at > app.now()) and (k.expires_at is null or k.expires_at > app.now());
grant select on tenants_v_key to daytwo_app, daytwo_platform, daytwo_operator;

-- Which of the current tenant's members would have to show a second factor; nothing else of it.
create function app.second_factors_of_tenant() returns table (person_id uuid)
language sql stable security definer set search_path = public, app, pg_temp as $$
  select m.person_id from member m where m.tenant_id = app.tenant_id() and (
    exists (select from person_totp f where f.person_id = m.person_id and f.confirmed_at is not null)
    or exists (select from passkey k where k.person_id = m.person_id))
$$;

-- Exact would cost a write a request.
create function app.touch_person(seen uuid) returns void language sql volatile set search_path = public, app, pg_temp as $$
  update person set last_seen_at = app.now() where id = seen and (last_seen_at is null or last_seen_at < app.now() - interval '50 seconds')
$$;

-- down
drop function app.touch_person, app.second_factors_of_tenant;
drop view tenants_v_key, tenants_v_person;
drop index support_access__open;
drop table access_review, registration, invitation;
