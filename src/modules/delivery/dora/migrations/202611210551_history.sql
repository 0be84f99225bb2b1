-- Roll-ups as they were before: `GET /metrics/dora?as_of=` answers what was known at an earlier time.
create table dora_daily_past (
  tenant_id uuid not null,
  stream_id text not null,
  day date not null,
  definition text not null,
  deployments integer not null,
  deployments_with_changes integer not null,
  failed integer not null,
  rework integer not null,
  ticketed integer not null,
  dropped_changes integer not null,
  unrecovered integer not null,
  unrecovered_since timestamptz,
  incidents integer not null,
  unresolved integer not null,
  unresolved_since timestamptz,
  lead_seconds bytea not null,
  coding_seconds bytea not null,
  pickup_seconds bytea not null,
  review_seconds bytea not null,
  deploy_seconds bytea not null,
  recovery_seconds bytea not null,
  restore_seconds bytea not null,
  computed_at timestamptz not null,
  replaced_at timestamptz not null,
  constraint dora_daily_past_pkey primary key (tenant_id, stream_id, day, computed_at)
);
comment on table dora_daily_past is 'Rows of dora_daily that were overwritten or deleted, written by the statement that did so: each was true from computed_at until before replaced_at. Kept for dora.history_days.';
create index dora_daily_past__replaced_at on dora_daily_past (tenant_id, replaced_at);
-- Copied from columns that are stored so; compressing them would cost each late event more than the copy.
alter table dora_daily_past alter lead_seconds set storage external, alter coding_seconds set storage external,
  alter pickup_seconds set storage external, alter review_seconds set storage external, alter deploy_seconds set storage external;
select app.protect('dora_daily_past');

create table dora_history (
  tenant_id uuid not null,
  kept_from timestamptz not null,
  constraint dora_history_pkey primary key (tenant_id)
);
comment on table dora_history is 'The earliest instant of which all roll-ups are still known; a tenant without a row: since it was made.';
select app.protect('dora_history');
-- What tenants of before this migration had overwritten until now is not known.
insert into dora_history (tenant_id, kept_from) select t.id, app.now() from tenant t;

-- down
drop table dora_history, dora_daily_past;
