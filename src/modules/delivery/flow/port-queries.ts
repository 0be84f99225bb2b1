/** What other modules ask of work items. Deleted items count nowhere; days and weeks are of the tenant's time zone. */
import { z } from 'zod'
import { raw, type Sql, sql, statement, texts } from '#kernel/sql/index.ts'

/** Condition on the work item `w`: it is of the stream, which null and `all` leave open. */
export const ofStream = (stream: string | null): Sql =>
  stream === null || stream === 'all'
    ? sql`true`
    : sql`(w.source, w.source_value) in (
        select case s.kind when 'jira_project' then 'jira' else 'github' end, s.value from delivery_v_stream_source s
        where s.stream_id = ${stream}::text and s.kind in ('jira_project', 'repository'))`

/** The first time anything is known of `w`: items that were heard of late arrived no later than they started. */
export const arrivedAt = raw('least(w.created_at, w.started_at, w.finished_at)')

export type Span = {
  readonly from: string
  readonly to: string
  /** The first instant of `from` and the first after `to`. */
  readonly startsAt: Date
  readonly endsAt: Date
  readonly timeZone: string
}
const span: Span = {
  from: '2026-01-01',
  to: '2026-01-02',
  startsAt: new Date(0),
  endsAt: new Date(1),
  timeZone: 'UTC',
}

/** Where clocks change at midnight a day begins up to three hours from where `startsAt` says; those hours are asked by day. */
export const margin = sql`interval '3 hours'`
export const inWindow = (column: Sql, p: Span): Sql => sql`${column} >= ${p.startsAt}::timestamptz - ${margin}
  and ${column} < ${p.endsAt}::timestamptz + ${margin}
  and (${column} at time zone ${p.timeZone}::text)::date between ${p.from}::date and ${p.to}::date`

type Throughput = Span & { readonly stream: string | null; readonly itemTypes: readonly string[] | null }
const countByDay = (column: Sql, p: Throughput): Sql => sql`
  select (${column} at time zone ${p.timeZone}::text)::date as day, count(*) as items from work_items w
  where w.deleted_at is null and ${ofStream(p.stream)} and ${inWindow(column, p)}
    and (${p.itemTypes && texts(p.itemTypes)}::text[] is null or w.item_type = any (${p.itemTypes && texts(p.itemTypes)}::text[]))
  group by 1`

export const readThroughput = statement({
  name: 'flow.read-throughput',
  row: z.object({ day: z.string(), finished: z.number(), arrived: z.number() }),
  sample: { ...span, stream: 'a', itemTypes: null } as Throughput,
  sql: (p: Throughput) => sql`
    with finished as (${countByDay(raw('w.finished_at'), p)}), arrived as (${countByDay(raw('w.created_at'), p)})
    select d.day::date as "day", coalesce(f.items, 0) as "finished", coalesce(a.items, 0) as "arrived"
    from generate_series(${p.from}::date::timestamp, ${p.to}::date::timestamp, interval '1 day') as d(day)
    left join finished f on f.day = d.day::date left join arrived a on a.day = d.day::date
    order by d.day`,
})

export const countOpen = statement({
  name: 'flow.count-open',
  row: z.object({ open: z.number(), inProgress: z.number() }),
  sample: { stream: 'a' } as { stream: string | null },
  sql: ({ stream }: { stream: string | null }) => sql`
    select count(*) as "open", count(w.started_at) as "inProgress" from work_items w
    where w.finished_at is null and w.deleted_at is null and ${ofStream(stream)}`,
})

type Weekly = Span & { readonly streams: readonly string[] }
/** `percentile_disc` is the nearest rank, as everywhere. */
export const readWeekly = statement({
  name: 'flow.read-weekly',
  row: z.object({
    stream: z.string(),
    week: z.string(),
    finished: z.number(),
    medianCycleDays: z.number().nullable(),
  }),
  sample: { ...span, streams: ['a'] } as Weekly,
  sql: (p: Weekly) => sql`
    with asked as (select distinct a.stream from unnest(${texts(p.streams)}::text[]) as a(stream)),
    item as (
      select w.source, w.source_value, (w.finished_at at time zone ${p.timeZone}::text)::date as day,
        (w.finished_at at time zone ${p.timeZone}::text)::date - (w.started_at at time zone ${p.timeZone}::text)::date + 1 as cycle_days
      from work_items w where w.deleted_at is null and ${inWindow(raw('w.finished_at'), p)}
    ),
    owned as (
      select 'all' as stream, i.day, i.cycle_days from item i where 'all' in (select a.stream from asked a)
      union all
      select a.stream, i.day, i.cycle_days from asked a join item i on (i.source, i.source_value) in (
        select case s.kind when 'jira_project' then 'jira' else 'github' end, s.value from delivery_v_stream_source s
        where s.stream_id = a.stream and s.kind in ('jira_project', 'repository'))
    ),
    weeks as (
      select g.week::date as week from generate_series(date_trunc('week', ${p.from}::date::timestamp), ${p.to}::date::timestamp,
        interval '7 days') as g(week)
    )
    select a.stream as "stream", k.week as "week", count(o.day) as "finished",
      percentile_disc(0.5) within group (order by o.cycle_days) as "medianCycleDays"
    from asked a cross join weeks k
    left join owned o on o.stream = a.stream and o.day between greatest(k.week, ${p.from}::date) and least(k.week + 6, ${p.to}::date)
    group by a.stream, k.week order by a.stream, k.week`,
})
