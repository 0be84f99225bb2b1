-- What signing in needs beside the person: keys that sign access tokens, counts of attempts, links that were mailed.
create table signing_key (
  id uuid not null,
  created_at timestamptz not null default app.now(),
  retired_at timestamptz,
  accepted_until timestamptz,
  constraint signing_key_pkey primary key (id)
);
comment on table signing_key is 'Generations only: the key itself is derived from JWT_SECRET and the id. One that is retired signs no more and is accepted until accepted_until.';
select app.platform_table('signing_key');

create table sign_in_attempt (
  key bytea not null,
  failures integer not null default 0,
  last_at timestamptz not null default app.now(),
  locked_until timestamptz,
  constraint sign_in_attempt_pkey primary key (key)
);
comment on column sign_in_attempt.key is 'HMAC of the lower-cased e-mail address, or of it and a device known to it; whether an account exists cannot be seen.';
create index sign_in_attempt__last_at on sign_in_attempt (last_at);
select app.platform_table('sign_in_attempt');

create table password_reset (
  hash bytea not null,
  person_id uuid not null references person (id) on delete cascade,
  tries integer not null default 0,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint password_reset_pkey primary key (hash)
);
create index password_reset__person on password_reset (person_id);
select app.platform_table('password_reset');

create table setup_link (
  hash bytea not null,
  purpose text not null check (purpose in ('first', 'further')),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint setup_link_pkey primary key (hash)
);
comment on column setup_link.purpose is 'first: worth something until there is an administrator. further: makes one more, for who holds the machine.';
select app.platform_table('setup_link');

-- down
drop table setup_link, password_reset, sign_in_attempt, signing_key;
