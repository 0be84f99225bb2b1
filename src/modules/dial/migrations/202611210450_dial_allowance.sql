-- Networks that one tenant's targets may be in beside the public ones. Made by those who run the installation only.
create table dial_allowance (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  target text not null check (length(target) between 1 and 300),
  reason text not null,
  created_at timestamptz not null default app.now(),
  created_by text not null,
  constraint dial_allowance_pkey primary key (tenant_id, id),
  constraint dial_allowance__id unique (id),
  constraint dial_allowance__target unique (tenant_id, target)
);
select app.protect('dial_allowance');
-- A tenant reads what it was allowed; the policies would let it write its own rows, the grants do not.
revoke insert, update, delete on dial_allowance from daytwo_app;

-- down
drop table dial_allowance;
