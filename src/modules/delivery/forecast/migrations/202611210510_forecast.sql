-- Forecasts as they were made, each night, so that later it can be seen whether they held.
create table forecast (
  tenant_id uuid not null,
  id bigint generated always as identity,
  stream_id text not null,
  kind text not null check (kind in ('when', 'how_many')),
  made_on date not null,
  horizon_days integer not null,
  made_at timestamptz not null default app.now(),
  definition text not null,
  history_from date not null,
  history_to date not null,
  samples integer not null,
  finished integer not null,
  method text not null check (method in ('exact', 'simulated')),
  seed bigint,
  target_items integer,
  target_day date,
  p50 integer,
  p85 integer,
  p95 integer,
  outcomes integer[] not null,
  capped_share double precision not null,
  low_confidence boolean not null,
  due_on date,
  outcome integer,
  outcome_on date,
  censored boolean not null default false,
  loss_p50 double precision,
  loss_p85 double precision,
  loss_p95 double precision,
  scored_at timestamptz,
  settled boolean not null default false,
  constraint forecast_pkey primary key (tenant_id, id),
  constraint forecast__natural unique (tenant_id, stream_id, made_on, kind, horizon_days),
  constraint forecast__target check ((kind = 'when') = (target_items is not null) and (kind = 'how_many') = (target_day is not null))
);
comment on table forecast is 'One a stream, question and day, as of the day''s first instant: made_on is the first day that is counted. Stream `all` is the whole tenant.';
comment on column forecast.horizon_days is 'how_many: days that are counted; when: 0, until the items that are open are finished.';
comment on column forecast.p85 is 'when: with 85 % confidence within so many days; how_many: with 85 % confidence at least so many items. Null: beyond the longest walk.';
comment on column forecast.outcomes is 'The same at 5 %, 10 % … 95 %.';
comment on column forecast.capped_share is 'Share of walks that came to no end within 3650 days.';
comment on column forecast.due_on is 'After this day it is judged, whatever came: the target''s day, or the day of P95. Null: never.';
comment on column forecast.outcome is 'What came: when: days, how_many: items.';
comment on column forecast.censored is 'Past P95 and still not finished: counts as not covered, its loss is not known yet.';
comment on column forecast.loss_p85 is 'Pinball loss of p85 in days (when) or items (how_many).';
comment on column forecast.settled is 'The outcome is a week old and is not looked at again.';
select app.protect('forecast');
create index forecast__made_at on forecast (tenant_id, made_at);
create index forecast__unsettled on forecast (tenant_id, stream_id, made_on) where not settled;

-- down
drop table forecast;
