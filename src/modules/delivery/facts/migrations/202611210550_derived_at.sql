-- When daytwo came to what it derived, so that a figure that moved can be traced to what moved it.
alter table deployment_records add column derived_at timestamptz not null default app.now();
comment on column deployment_records.derived_at is 'When what is derived of it (counted, rework_reason, ticket_links) last changed.';
alter table changes add column derived_at timestamptz not null default app.now();
alter table deployment_failures add column derived_at timestamptz not null default app.now();
comment on column deployment_failures.derived_at is 'When this row was last written; what it said before is in deployment_failure_past.';
alter table incidents add column derived_at timestamptz not null default app.now();

-- Failures as they were known before: another recovery, another cause, or taken back.
create table deployment_failure_past (
  tenant_id uuid not null,
  id bigint generated always as identity,
  deployment_id bigint not null,
  cause text not null,
  cause_key text not null,
  recovered_at timestamptz,
  method text not null,
  confidence real not null,
  evidence jsonb not null default '{}',
  derived_at timestamptz not null,
  replaced_at timestamptz not null default app.now(),
  constraint deployment_failure_past_pkey primary key (tenant_id, id),
  constraint deployment_failure_past__deployment foreign key (tenant_id, deployment_id) references deployment_records (tenant_id, id) on delete cascade
);
comment on table deployment_failure_past is 'Rows of deployment_failures that were replaced or deleted, written by the statement that did so; they go with their deployment.';
create index deployment_failure_past__deployment_id on deployment_failure_past (tenant_id, deployment_id);
select app.protect('deployment_failure_past');

create or replace view delivery_v_deployment with (security_invoker = true) as select * from deployment_records;
create or replace view delivery_v_change with (security_invoker = true) as select * from changes;
create or replace view delivery_v_failure with (security_invoker = true) as select * from deployment_failures;
create or replace view delivery_v_incident with (security_invoker = true) as select * from incidents;
create view delivery_v_failure_past with (security_invoker = true) as select * from deployment_failure_past;
create view delivery_v_attribution_override with (security_invoker = true) as select * from attribution_override;
grant select on delivery_v_failure_past, delivery_v_attribution_override to daytwo_app, daytwo_platform, daytwo_operator;

-- A push may bring the head of a pull request that was told before.
create index pr_events__head_sha on pr_events (tenant_id, repository, head_sha);

-- down
drop index pr_events__head_sha;
drop view delivery_v_attribution_override, delivery_v_failure_past, delivery_v_deployment, delivery_v_change, delivery_v_failure, delivery_v_incident;
drop table deployment_failure_past;
alter table incidents drop column derived_at;
alter table deployment_failures drop column derived_at;
alter table changes drop column derived_at;
alter table deployment_records drop column derived_at;
create view delivery_v_deployment with (security_invoker = true) as
  select tenant_id, id, source, external_id, repository, service, environment, sha, ref, url, status, created_at, finished_at,
    failed_at, counted, counted_at, ticket_links, rework_reason, recorded_at
  from deployment_records;
create view delivery_v_change with (security_invoker = true) as select * from changes;
create view delivery_v_failure with (security_invoker = true) as select * from deployment_failures;
create view delivery_v_incident with (security_invoker = true) as
  select tenant_id, id, source, incident_key, title, severity, repository, service, project_key, deployment_sha, url, started_at,
    resolved_at, withdrawn, deployment_id, method, confidence, evidence
  from incidents;
grant select on delivery_v_deployment, delivery_v_change, delivery_v_failure, delivery_v_incident
  to daytwo_app, daytwo_platform, daytwo_operator;
