-- Alerts: what is wrong now and what was, each with its life. An alert of the installation belongs to the default tenant.
create table alert (
  tenant_id uuid not null references tenant (id),
  id uuid not null,
  condition text not null,
  subject text not null,
  severity text not null check (severity in ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')),
  state text not null check (state in ('raised', 'acknowledged', 'resolved')),
  visible_to text not null check (visible_to in ('tenant', 'platform')),
  detail text not null,
  value double precision not null,
  threshold double precision not null,
  raised_at timestamptz not null,
  last_found_at timestamptz not null,
  clean_since timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  resolved_at timestamptz,
  constraint alert_pkey primary key (tenant_id, id),
  constraint alert__resolved check ((state = 'resolved') = (resolved_at is not null)),
  constraint alert__acknowledged check (state <> 'acknowledged' or acknowledged_at is not null)
);
comment on column alert.clean_since is 'First evaluation in a row that did not find it; it resolves once that is long enough ago.';
comment on column alert.raised_at is 'When it was raised first; a return soon after resolving reopens the same alert.';
-- One open alert a subject, whoever evaluates beside whom.
create unique index alert__open on alert (condition, tenant_id, subject) where state <> 'resolved';
create index alert__resolved_at on alert (condition, resolved_at) where state = 'resolved';
select app.protect('alert');

create table alert_history (
  tenant_id uuid not null,
  id bigint generated always as identity,
  alert_id uuid not null,
  at timestamptz not null default app.now(),
  what text not null check (what in ('raised', 'acknowledged', 'resolved', 'severity-changed', 'reopened')),
  actor text,
  note text,
  value double precision,
  constraint alert_history_pkey primary key (tenant_id, id),
  constraint alert_history__alert foreign key (tenant_id, alert_id) references alert (tenant_id, id) on delete cascade
);
comment on column alert_history.actor is 'Who did it; null where the evaluation did.';
create index alert_history__alert_id on alert_history (tenant_id, alert_id, id);
select app.protect('alert_history');

-- How the evaluation of each condition stands. `evaluation` is the newest evaluation begun; an older one finds it taken and writes nothing.
create table alert_condition (
  name text not null,
  evaluation uuid,
  last_evaluated_at timestamptz,
  error text,
  constraint alert_condition_pkey primary key (name)
);
select app.platform_table('alert_condition');

-- Found, but not for long enough to be an alert yet.
create table alert_pending (
  condition text not null,
  owner_id uuid not null,
  subject text not null,
  found_since timestamptz not null,
  last_found_at timestamptz not null,
  constraint alert_pending_pkey primary key (condition, owner_id, subject)
);
comment on column alert_pending.owner_id is 'The tenant whose alert it would be.';
select app.platform_table('alert_pending');

-- down
drop table alert_pending, alert_condition, alert_history, alert;
