-- Raw facts go after their window. What was derived from facts that went stays as it was: it is sealed.
create index deployment_records__recorded_at on deployment_records (tenant_id, recorded_at);
create index commits__recorded_at on commits (tenant_id, recorded_at);
create index pr_events__recorded_at on pr_events (tenant_id, recorded_at);
create index work_item_events__recorded_at on work_item_events (tenant_id, recorded_at);
create index incident_events__recorded_at on incident_events (tenant_id, recorded_at);

alter table deployment_records add column sealed boolean not null default false;
comment on column deployment_records.sealed is 'Facts that it was derived from are purged: whether it counts, its changes and its failures stay as they are.';
alter table commits add column sealed boolean not null default false;
comment on column commits.sealed is 'Shipped by a deployment that is purged: no change of any other.';
alter table incidents add column sealed boolean not null default false;
comment on column incidents.sealed is 'Facts that it was derived from are purged: its attribution stays as it is.';
alter table pr_streams add column sealed boolean not null default false;
comment on column pr_streams.sealed is 'Facts that named the ticket are purged: the link holds while the stream owns the ticket''s project.';

-- down
alter table pr_streams drop column sealed;
alter table incidents drop column sealed;
alter table commits drop column sealed;
alter table deployment_records drop column sealed;
drop index incident_events__recorded_at, work_item_events__recorded_at, pr_events__recorded_at, commits__recorded_at,
  deployment_records__recorded_at;
