-- What a sprint was when it started and when it closed: frozen, in revisions. A row of `sprint` names the revisions in force.
create table sprint (
  tenant_id uuid not null,
  sprint_id bigint not null,
  board_id bigint not null,
  name text,
  started_at timestamptz,
  closed_at timestamptz,
  reconstructed boolean not null,
  sealed boolean not null default false,
  start_revision integer,
  close_revision integer,
  derived_at timestamptz not null default app.now(),
  constraint sprint_pkey primary key (tenant_id, sprint_id)
);
comment on column sprint.started_at is 'The first start; null where nobody told it.';
comment on column sprint.closed_at is 'The last close; null while open, and again when it was reopened.';
comment on column sprint.reconstructed is 'Its start was not heard in time: what was committed was rebuilt from the changes of its items.';
comment on column sprint.sealed is 'Facts that its snapshots rest on are purged: never taken again.';
comment on column sprint.start_revision is 'The newest revision; it counts while started_at is set.';
comment on column sprint.close_revision is 'The newest revision; it counts while closed_at is set.';
create index sprint__closed_at on sprint (tenant_id, closed_at, sprint_id) where closed_at is not null;
create index sprint__open on sprint (tenant_id, started_at, sprint_id) where closed_at is null;
select app.protect('sprint');

-- Which items facts ever put into which sprint: where to look when either is heard of.
create table sprint_item (
  tenant_id uuid not null,
  sprint_id bigint not null,
  item_key text not null,
  constraint sprint_item_pkey primary key (tenant_id, sprint_id, item_key)
);
create index sprint_item__item_key on sprint_item (tenant_id, item_key);
select app.protect('sprint_item');

create table sprint_snapshot (
  tenant_id uuid not null,
  sprint_id bigint not null,
  kind text not null check (kind in ('start', 'close')),
  revision integer not null check (revision > 0),
  board_id bigint not null,
  name text,
  taken_for timestamptz not null,
  reconstructed boolean not null,
  items integer not null,
  points double precision,
  completed_items integer,
  completed_points double precision,
  taken_at timestamptz not null default app.now(),
  constraint sprint_snapshot_pkey primary key (tenant_id, sprint_id, kind, revision),
  constraint sprint_snapshot__sprint foreign key (tenant_id, sprint_id) references sprint (tenant_id, sprint_id)
);
comment on column sprint_snapshot.taken_for is 'The instant it shows.';
comment on column sprint_snapshot.points is 'Of all items in the sprint then; null where none had any.';
comment on column sprint_snapshot.taken_at is 'When this revision was made.';
select app.protect('sprint_snapshot');

create table sprint_snapshot_item (
  tenant_id uuid not null,
  sprint_id bigint not null,
  kind text not null,
  revision integer not null,
  item_key text not null,
  project_key text not null,
  source_value text generated always as (lower(project_key)) stored,
  outcome text not null check (outcome in ('committed', 'completed', 'not_completed', 'removed')),
  committed boolean,
  points double precision,
  start_points double precision,
  fact_ids bigint[] not null,
  constraint sprint_snapshot_item_pkey primary key (tenant_id, sprint_id, kind, revision, item_key),
  constraint sprint_snapshot_item__snapshot foreign key (tenant_id, sprint_id, kind, revision)
    references sprint_snapshot (tenant_id, sprint_id, kind, revision)
);
comment on column sprint_snapshot_item.outcome is '`committed` in a snapshot of a start; what became of it in one of a close.';
comment on column sprint_snapshot_item.committed is 'Whether it was in the sprint when that started; null where its start is not known.';
comment on column sprint_snapshot_item.start_points is 'In a snapshot of a close: the points with which it was committed.';
comment on column sprint_snapshot_item.fact_ids is 'Rows of work_item_events that say so; empty where they were purged before.';
select app.protect('sprint_snapshot_item');

-- The items of a snapshot of a close, summed by project: what averages over many sprints read.
create table sprint_snapshot_sum (
  tenant_id uuid not null,
  sprint_id bigint not null,
  kind text not null default 'close' check (kind = 'close'),
  revision integer not null,
  source_value text not null,
  estimated boolean not null,
  without_points integer not null,
  committed_items integer not null,
  committed_points double precision not null,
  completed_items integer not null,
  completed_points double precision not null,
  not_completed_items integer not null,
  not_completed_points double precision not null,
  kept_items integer not null,
  kept_points double precision not null,
  added_items integer not null,
  added_points double precision not null,
  removed_items integer not null,
  removed_points double precision not null,
  constraint sprint_snapshot_sum_pkey primary key (tenant_id, sprint_id, kind, revision, source_value),
  constraint sprint_snapshot_sum__snapshot foreign key (tenant_id, sprint_id, kind, revision)
    references sprint_snapshot (tenant_id, sprint_id, kind, revision)
);
comment on column sprint_snapshot_sum.source_value is 'The Jira project as streams name it.';
comment on column sprint_snapshot_sum.estimated is 'Whether any of the items has points.';
comment on column sprint_snapshot_sum.kept_items is 'Committed and completed; their points are those they were committed with.';
select app.protect('sprint_snapshot_sum');

-- The latest of each kind that purged facts said of an item, for sprints that come after them.
create table sprint_kept_fact (
  tenant_id uuid not null,
  item_key text not null,
  what text not null,
  external_id text not null,
  project_key text not null,
  action text not null,
  field text,
  to_value text,
  points double precision,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  constraint sprint_kept_fact_pkey primary key (tenant_id, item_key, what)
);
comment on column sprint_kept_fact.what is 'The field or action; of sprints the external id, for they keep all.';
select app.protect('sprint_kept_fact');

-- down
drop table sprint_kept_fact, sprint_snapshot_sum, sprint_snapshot_item, sprint_snapshot, sprint_item, sprint;
