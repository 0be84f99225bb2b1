-- Asking the sources what their webhooks did not tell: how far each question got, what was missing, and GitHub's list of repositories.

create table poll_cursor (
  tenant_id uuid not null references tenant (id),
  poller text not null,
  scope text not null,
  position jsonb not null default '{}',
  version bigint not null default 0,
  last_run_at timestamptz,
  last_outcome text,
  last_error text,
  next_allowed_at timestamptz,
  constraint poll_cursor_pkey primary key (tenant_id, poller, scope)
);
comment on table poll_cursor is 'How far a poller got in one scope (a repository, a webhook, a board); moved page by page, in the transaction that keeps what the page said.';
comment on column poll_cursor.version is 'Two runs beside each other: the one that moves second sees that it was overtaken, and stops.';
comment on column poll_cursor.next_allowed_at is 'When the source takes requests again; of the row whose poller is the source and whose scope is empty.';
select app.protect('poll_cursor');

create table source_repository (
  tenant_id uuid not null references tenant (id),
  source text not null check (source = 'github'),
  external_id text not null,
  name text not null check (length(name) between 3 and 201),
  default_branch text,
  archived boolean not null,
  private boolean not null,
  pushed_at timestamptz,
  seen_at timestamptz not null default app.now(),
  gone_at timestamptz,
  constraint source_repository_pkey primary key (tenant_id, source, external_id)
);
comment on column source_repository.external_id is 'The source''s own id, which stays when a repository is renamed or moved.';
create index source_repository__name on source_repository (tenant_id, lower(name), external_id);
select app.protect('source_repository');

create table poll_day (
  tenant_id uuid not null references tenant (id),
  source text not null,
  kind text not null,
  day date not null,
  expected bigint not null,
  checked_at timestamptz not null default app.now(),
  constraint poll_day_pkey primary key (tenant_id, source, kind, day)
);
comment on table poll_day is 'How many events a source says there were, by day of the tenant''s time zone. What of them was missing are the rows of source_gap.';
create index poll_day__checked_at on poll_day (tenant_id, checked_at);
select app.protect('poll_day');

create table source_gap (
  tenant_id uuid not null references tenant (id),
  source text not null,
  delivery_id text not null,
  kind text not null,
  event_type text not null,
  subject text not null,
  place text,
  occurred_at timestamptz not null,
  found_at timestamptz not null default app.now(),
  backfilled_at timestamptz,
  attempts integer not null default 0,
  last_error text,
  constraint source_gap_pkey primary key (tenant_id, source, delivery_id)
);
comment on table source_gap is 'Events that a source says there were and that had not come in.';
comment on column source_gap.place is 'Where the source has the event, where it can be asked for once more.';
create index source_gap__found_at on source_gap (tenant_id, found_at);
create index source_gap__open on source_gap (tenant_id, source, found_at) where backfilled_at is null;
select app.protect('source_gap');

-- down
drop table source_gap, poll_day, source_repository, poll_cursor;
