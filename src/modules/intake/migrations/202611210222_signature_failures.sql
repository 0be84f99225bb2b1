-- Refused webhooks, counted by minute: nothing of them is stored, yet somebody must see that a sender signs with the wrong secret.
create table signature_failure (
  tenant_id uuid not null,
  source text not null,
  minute timestamptz not null,
  failures integer not null,
  without_secret integer not null,
  constraint signature_failure_pkey primary key (tenant_id, source, minute)
);
comment on column signature_failure.failures is 'Requests refused for a bad, missing or outdated signature.';
comment on column signature_failure.without_secret is 'Requests refused because the source has no secret.';
select app.protect('signature_failure');

-- down
drop table signature_failure;
