-- Who somebody is elsewhere: the issuer and the subject it never gives to another, and never an e-mail address.
create table person_identity (
  issuer text not null check (length(issuer) between 1 and 500),
  subject text not null check (length(subject) between 1 and 255),
  person_id uuid not null references person (id) on delete cascade,
  email text,
  platform_role text check (platform_role in ('support', 'platform_admin')),
  own_platform_role text check (own_platform_role in ('support', 'platform_admin')),
  created_at timestamptz not null default app.now(),
  last_used_at timestamptz not null default app.now(),
  constraint person_identity_pkey primary key (issuer, subject),
  constraint person_identity__person unique (person_id, issuer)
);
comment on column person_identity.email is 'As the provider last said it; nobody is found by it.';
comment on column person_identity.platform_role is 'The platform role that groups gave; null where the person has theirs otherwise.';
comment on column person_identity.own_platform_role is 'The platform role beneath it, which is back when the group is gone.';
select app.platform_table('person_identity');

-- One attempt of one browser to sign in elsewhere: spent by the first callback, whatever that is worth.
create table sso_flow (
  hash bytea not null,
  provider text not null check (provider in ('oidc', 'github', 'repositories')),
  sealed bytea not null,
  return_to text not null,
  expires_at timestamptz not null,
  constraint sso_flow_pkey primary key (hash)
);
comment on column sso_flow.hash is 'SHA-256 of the cookie of the browser that began.';
comment on column sso_flow.sealed is 'State, nonce and PKCE verifier.';
create index sso_flow__expires_at on sso_flow (expires_at);
select app.platform_table('sso_flow');

-- What a group of the identity provider may do here: a role of the platform, or one in a tenant.
create table oidc_mapping (
  id uuid not null,
  group_value text not null check (length(group_value) between 1 and 200),
  note text,
  platform_role text check (platform_role in ('support', 'platform_admin')),
  tenant_id uuid references tenant (id) on delete cascade,
  role text check (role in ('viewer', 'member', 'operator', 'admin', 'owner')),
  created_at timestamptz not null default app.now(),
  constraint oidc_mapping_pkey primary key (id),
  constraint oidc_mapping__target check (num_nonnulls(platform_role, tenant_id) = 1 and (tenant_id is null) = (role is null)),
  constraint oidc_mapping__group unique nulls not distinct (group_value, tenant_id)
);
create index oidc_mapping__tenant on oidc_mapping (tenant_id);
select app.platform_table('oidc_mapping');

-- down
drop table oidc_mapping, sso_flow, person_identity;
