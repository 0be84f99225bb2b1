-- Connecting repositories of GitHub: a person's leave to act there for them, and what was connected by it.

create table github_authorization (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  person_id uuid not null references person (id) on delete cascade,
  login text not null check (length(login) between 1 and 100),
  sees_private boolean not null,
  sealed_token bytea not null,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  constraint github_authorization_pkey primary key (tenant_id, id)
);
comment on table github_authorization is 'For the one person who gave it, an hour at most; ended, its row is gone and the token given back.';
comment on column github_authorization.sealed_token is 'AES-256-GCM under the instance key, bound to the id.';
create index github_authorization__expires_at on github_authorization (expires_at);
create index github_authorization__person on github_authorization (person_id);
select app.protect('github_authorization');

create table github_repository (
  tenant_id uuid not null references tenant (id),
  key text not null generated always as (lower(name)) stored,
  name text not null check (length(name) between 3 and 201),
  hook_id bigint not null,
  address text not null,
  connected_at timestamptz not null default app.now(),
  connected_by text not null,
  constraint github_repository_pkey primary key (tenant_id, key)
);
comment on table github_repository is 'Repositories whose webhooks were made from here.';
comment on column github_repository.key is 'GitHub does not tell upper from lower case.';
comment on column github_repository.address is 'Where its webhook sends; of no use any more when the tenant has no such address.';
select app.protect('github_repository');

-- down
drop table github_repository, github_authorization;
