-- What the facts say of each work item: one row an item, always a function of the set of its facts.
create table work_items (
  tenant_id uuid not null,
  source text not null,
  item_key text not null,
  project_key text not null,
  source_value text generated always as (lower(project_key)) stored,
  item_type text,
  created_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  reopened integer not null default 0,
  points double precision,
  status text,
  status_category text check (status_category in ('new', 'indeterminate', 'done')),
  active_seconds bigint,
  deleted_at timestamptz,
  sealed_history jsonb,
  derived_at timestamptz not null default app.now(),
  constraint work_items_pkey primary key (tenant_id, source, item_key)
);
comment on column work_items.source_value is 'The Jira project or repository as streams name their sources.';
comment on column work_items.created_at is 'Null while nobody said when: heard of after it was created.';
comment on column work_items.started_at is 'The first start, kept when the item is reopened; null before it, and where the item was done when it was first heard of.';
comment on column work_items.finished_at is 'When it came to done and stayed there; null while open.';
comment on column work_items.reopened is 'How often it left done again.';
comment on column work_items.active_seconds is 'Time in the category `indeterminate` between start and finish; null while open and where statuses are not told (GitHub).';
comment on column work_items.deleted_at is 'Deleted or moved away: it counts nowhere.';
comment on column work_items.sealed_history is 'What purged facts said, cut down to what the state needs; null while all facts are there.';
comment on column work_items.derived_at is 'When this row last changed.';
-- Windows and what is open are read from the index alone: a tenant has a hundred thousand items.
create index work_items__finished_at on work_items (tenant_id, finished_at)
  include (started_at, created_at, source, source_value, item_type, reopened, active_seconds) where deleted_at is null;
create index work_items__created_at on work_items (tenant_id, created_at) include (source, source_value, item_type) where deleted_at is null;
create index work_items__derived_at on work_items (tenant_id, derived_at);
select app.protect('work_items');

-- Published for other modules; deleted items are left out.
create view flow_v_work_item with (security_invoker = true) as
  select w.tenant_id, w.source, w.item_key, w.project_key, w.source_value, w.item_type, w.created_at, w.started_at, w.finished_at,
    w.reopened, w.points, w.status, w.status_category, w.sealed_history is not null as sealed
  from work_items w where w.deleted_at is null;
grant select on flow_v_work_item to daytwo_app, daytwo_platform, daytwo_operator;

-- down
drop view flow_v_work_item;
drop table work_items;
