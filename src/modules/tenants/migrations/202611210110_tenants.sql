-- A tenant is a customer organisation; everything a person sees belongs to exactly one.
create table tenant (
  id uuid not null,
  slug text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (length(name) between 1 and 200),
  time_zone text not null default 'UTC',
  status text not null default 'ready' check (status in ('ready', 'suspended')),
  created_at timestamptz not null default app.now(),
  constraint tenant_pkey primary key (id),
  constraint tenant__slug unique (slug)
);
comment on column tenant.time_zone is 'IANA name; days of metrics are days of this zone.';
select app.protect('tenant', 'id');

-- Bare webhook URLs and the command line act for this one.
insert into tenant (id, slug, name) values ('00000000-0000-7000-8000-000000000001', 'default', 'Default');

-- down
drop table tenant;
