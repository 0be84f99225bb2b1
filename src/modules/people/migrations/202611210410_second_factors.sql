-- What a person can prove beside a password. All of it is the installation's, as persons are: only the platform role reads it.
create table person_totp (
  person_id uuid not null references person (id) on delete cascade,
  secret bytea not null,
  created_at timestamptz not null default app.now(),
  confirmed_at timestamptz,
  last_step bigint not null default 0,
  last_used_at timestamptz,
  failures integer not null default 0,
  locked_until timestamptz,
  constraint person_totp_pkey primary key (person_id)
);
comment on column person_totp.secret is 'Sealed under a key derived from APP_KEY, bound to the person.';
comment on column person_totp.last_step is 'The newest 30-second step a code was taken of; that step and older ones are spent.';
select app.platform_table('person_totp');

create table recovery_code (
  hash bytea not null,
  person_id uuid not null references person (id) on delete cascade,
  created_at timestamptz not null default app.now(),
  used_at timestamptz,
  constraint recovery_code_pkey primary key (hash)
);
comment on column recovery_code.hash is 'SHA-256 of the person''s id and the code, which has 80 bits of entropy.';
create index recovery_code__person on recovery_code (person_id);
select app.platform_table('recovery_code');

create table passkey (
  id uuid not null,
  person_id uuid not null references person (id) on delete cascade,
  credential_id bytea not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  synced boolean not null,
  name text not null check (length(name) between 1 and 60),
  created_at timestamptz not null default app.now(),
  last_used_at timestamptz,
  constraint passkey_pkey primary key (id),
  constraint passkey__credential_id unique (credential_id)
);
comment on column passkey.public_key is 'COSE key; public, so stored as it is.';
create index passkey__person on passkey (person_id, created_at);
select app.platform_table('passkey');

-- What an authenticator is asked to sign. Taking one deletes it, so each is good for one try.
create table passkey_challenge (
  hash bytea not null,
  purpose text not null check (purpose in ('registration', 'sign-in', 'second-factor')),
  person_id uuid references person (id) on delete cascade,
  expires_at timestamptz not null,
  constraint passkey_challenge_pkey primary key (hash),
  constraint passkey_challenge_person_check check ((purpose = 'sign-in') = (person_id is null))
);
create index passkey_challenge__expires_at on passkey_challenge (expires_at);
select app.platform_table('passkey_challenge');

-- A sign-in whose first proof was good and whose second is awaited.
create table second_factor_challenge (
  hash bytea not null,
  person_id uuid not null references person (id) on delete cascade,
  how jsonb not null,
  tries integer not null default 0,
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint second_factor_challenge_pkey primary key (hash)
);
comment on column second_factor_challenge.how is 'The first proof, and what the session is for.';
create index second_factor_challenge__expires_at on second_factor_challenge (expires_at);
select app.platform_table('second_factor_challenge');

-- When somebody signed in proved once more who is at the keyboard.
create table session_confirmation (
  session_id uuid not null references person_session (id) on update cascade on delete cascade,
  confirmed_at timestamptz not null default app.now(),
  constraint session_confirmation_pkey primary key (session_id)
);
select app.platform_table('session_confirmation');

-- down
drop table session_confirmation, second_factor_challenge, passkey_challenge, passkey, recovery_code, person_totp;
