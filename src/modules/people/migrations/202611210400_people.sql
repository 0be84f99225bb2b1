-- A person belongs to no tenant: memberships (module tenants) say where they act. What proves who they are stays here, where
-- only the platform role reads.
create table person (
  id uuid not null,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 200),
  status text not null default 'active' check (status in ('active', 'disabled')),
  platform_role text check (platform_role in ('support', 'platform_admin')),
  password_hash text,
  password_changed_at timestamptz,
  created_at timestamptz not null default app.now(),
  last_seen_at timestamptz,
  constraint person_pkey primary key (id),
  constraint person__email unique (email)
);
comment on column person.password_hash is 'Argon2id in PHC format; null where the person signs in by other means only.';
select app.platform_table('person');

-- One sign-in of one browser or program: a family of refresh tokens of which only the newest is worth anything.
create table person_session (
  id uuid not null,
  person_id uuid not null references person (id) on delete cascade,
  tenant_id uuid references tenant (id),
  method text not null,
  second_factor boolean not null default false,
  refresh_hash bytea not null,
  refreshed_at timestamptz not null default app.now(),
  created_at timestamptz not null default app.now(),
  last_seen_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  ends_at timestamptz not null,
  client text,
  user_agent text,
  revoked_at timestamptz,
  revoked_why text,
  constraint person_session_pkey primary key (id),
  constraint person_session__refresh_hash unique (refresh_hash)
);
comment on table person_session is 'expires_at moves with each refresh; ends_at does not.';
create index person_session__person on person_session (person_id, created_at);
create index person_session__ends_at on person_session (ends_at);
select app.platform_table('person_session');

create table spent_refresh_token (
  hash bytea not null,
  session_id uuid not null references person_session (id) on update cascade on delete cascade,
  spent_at timestamptz not null default app.now(),
  constraint spent_refresh_token_pkey primary key (hash)
);
create index spent_refresh_token__session on spent_refresh_token (session_id);
select app.platform_table('spent_refresh_token');

-- down
drop table spent_refresh_token, person_session, person;
