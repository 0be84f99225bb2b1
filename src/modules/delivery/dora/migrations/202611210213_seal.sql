-- Days before this date are sealed, those without a row too: their facts are (partly) purged.
create table dora_seal (
  tenant_id uuid not null,
  sealed_before date not null,
  constraint dora_seal_pkey primary key (tenant_id)
);
select app.protect('dora_seal');

-- down
drop table dora_seal;
