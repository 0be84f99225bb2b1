-- See 202611210200_work_claims: claims are rows, and no index follows what a claim changes.
drop index event_queue__due, event_queue__leased, event_queue__dead;
alter table event_queue drop column lease_until;
alter table event_queue set (fillfactor = 45);
create index event_queue__open on event_queue (tenant_id, due_at, id) where finished_at is null;
create index event_queue__tried on event_queue (due_at, id) where finished_at is null and error_class is not null;
create index event_queue__dead on event_queue (tenant_id, id) where finished_at is not null and error_class is not null;

-- down
drop index event_queue__dead, event_queue__tried, event_queue__open;
alter table event_queue reset (fillfactor);
alter table event_queue add column lease_until timestamptz;
create index event_queue__due on event_queue (due_at, id) where status = 'pending';
create index event_queue__leased on event_queue (lease_until) where status = 'processing';
create index event_queue__dead on event_queue (tenant_id, id) where status = 'dead_lettered';
