/** What the flow page reads of work items, counted in PostgreSQL: replies must not cost a row an item. */
import { z } from 'zod'
import { raw, type Sql, sql, statement } from '#kernel/sql/index.ts'
import { arrivedAt, inWindow, margin, ofStream, type Span } from './port-queries.ts'

type Asked = Span & { stream: string }
const sample: Asked = {
  stream: 'a',
  from: '2026-01-01',
  to: '2026-01-02',
  startsAt: new Date(0),
  endsAt: new Date(1),
  timeZone: 'UTC',
}

const day = (column: Sql, p: { timeZone: string }): Sql => sql`(${column} at time zone ${p.timeZone}::text)::date`
const today = (p: { timeZone: string }): Sql => day(sql`app.now()`, p)

/** What items of the window commonly began within: before it, days are converted one by one. */
const calendarLead = 366
const calendarStart = (p: Asked): Sql => sql`(${p.from}::date - ${raw(String(calendarLead))})`
/**
 * The instants at which the tenant's days begin. Converting three times of 100,000 items to a time zone costs 145 ms, finding
 * their days among these 45 ms.
 */
const calendar = (p: Asked): Sql => sql`calendar as materialized (
      select array_agg(d at time zone ${p.timeZone}::text order by d) as starts
      from generate_series(${calendarStart(p)}::timestamp, (${today(p)} + 1)::timestamp, interval '1 day') d
    )`
const dayInCalendar = (column: Sql, p: Asked): Sql => sql`
      case when ${column} >= (select c.starts[1] from calendar c) and ${column} < (select c.starts[cardinality(c.starts)] from calendar c)
        then ${calendarStart(p)} + width_bucket(${column}, (select c.starts from calendar c)) - 1 else ${day(column, p)} end`

/**
 * What is open or finished since the window began, counted five ways:
 * - `arrived`, `started`, `finished`: by day, counted from the window's first, up to now. What has no known start started when it
 *   finished, and what has no known creation arrived when it started;
 * - `cycle`: what finished in the window, by calendar days from start to finish (null: start not known);
 * - `age`: what is open now, by calendar days since its start, today included (null: not started).
 */
export const readCounts = statement({
  name: 'flow.read-counts',
  row: z.object({
    kind: z.string(),
    number: z.number().nullable(),
    items: z.number(),
    reopened: z.number(),
    withoutCreation: z.number(),
    /** Those whose time in work is known: how many, seconds in work, and seconds from start to finish. */
    measured: z.number(),
    activeSeconds: z.number(),
    elapsedSeconds: z.number(),
  }),
  sample,
  sql: (p: Asked) => {
    const items = (conditions: Sql) => sql`
      select ${dayInCalendar(arrivedAt, p)} as arrived_on, ${dayInCalendar(sql`w.started_at`, p)} as started_on,
        ${dayInCalendar(sql`w.finished_at`, p)} as finished_on, w.reopened, w.created_at, w.active_seconds,
        date_part('epoch', w.finished_at - w.started_at) as seconds
      from work_items w where w.deleted_at is null and ${conditions} and ${ofStream(p.stream)}`
    const total = (column: string) => sql`coalesce(sum(i.${raw(column)}), 0)::bigint`
    const byDay = (kind: string, column: Sql) => sql`
      select ${kind}::text as "kind", ${column} - ${p.from}::date as "number", ${total('items')} as "items", 0::bigint as "reopened",
        0::bigint as "withoutCreation", 0::bigint as "measured", 0::float8 as "activeSeconds", 0::float8 as "elapsedSeconds"
      from item i where ${column} >= ${p.from}::date group by 2`
    // Counted by their three days first: five times over all items would cost half as much again.
    return sql`
    with ${calendar(p)},
    item as materialized (
      select i.arrived_on, i.started_on, i.finished_on, count(*) as items, count(*) filter (where i.reopened > 0) as reopened,
        count(*) filter (where i.created_at is null) as without_creation, count(i.active_seconds) as measured,
        sum(i.active_seconds)::float8 as active_seconds, sum(i.seconds) filter (where i.active_seconds is not null) as elapsed_seconds
      from (
        ${items(sql`w.finished_at >= ${p.startsAt}::timestamptz - ${margin}`)}
        union all ${items(sql`w.finished_at is null`)}
      ) i group by 1, 2, 3
    )
    ${byDay('arrived', sql`i.arrived_on`)}
    union all ${byDay('started', sql`coalesce(i.started_on, i.finished_on)`)}
    union all ${byDay('finished', sql`i.finished_on`)}
    union all
    select 'cycle', i.finished_on - i.started_on + 1, ${total('items')}, ${total('reopened')}, ${total('without_creation')},
      ${total('measured')}, coalesce(sum(i.active_seconds), 0), coalesce(sum(i.elapsed_seconds), 0)
    from item i where i.finished_on between ${p.from}::date and ${p.to}::date group by 2
    union all
    select 'age', greatest(${today(p)} - i.started_on + 1, case when i.started_on is not null then 1 end), ${total('items')},
      ${total('reopened')}, 0, 0, 0, 0
    from item i where i.finished_on is null group by 2`
  },
})

export const readScatter = statement({
  name: 'flow.read-scatter',
  row: z.object({ source: z.string(), key: z.string(), finishedOn: z.string(), cycleDays: z.number() }),
  sample: { ...sample, limit: 1 },
  sql: (p: Asked & { limit: number }) => sql`
    select w.source as "source", w.item_key as "key", (w.finished_at at time zone ${p.timeZone}::text)::date as "finishedOn",
      (w.finished_at at time zone ${p.timeZone}::text)::date - (w.started_at at time zone ${p.timeZone}::text)::date + 1 as "cycleDays"
    from work_items w
    where w.deleted_at is null and w.started_at is not null and ${ofStream(p.stream)} and ${inWindow(sql`w.finished_at`, p)}
    order by w.finished_at desc, w.item_key limit ${p.limit}::int`,
})

type Open = { stream: string; timeZone: string }

export const readOldest = statement({
  name: 'flow.read-oldest',
  row: z.object({
    source: z.string(),
    key: z.string(),
    itemType: z.string().nullable(),
    status: z.string().nullable(),
    statusCategory: z.string().nullable(),
    startedOn: z.string(),
    ageDays: z.number(),
  }),
  sample: { stream: 'a', timeZone: 'UTC', limit: 1 },
  sql: (p: Open & { limit: number }) => sql`
    select w.source as "source", w.item_key as "key", w.item_type as "itemType", w.status as "status",
      w.status_category as "statusCategory", (w.started_at at time zone ${p.timeZone}::text)::date as "startedOn",
      greatest(${today(p)} - (w.started_at at time zone ${p.timeZone}::text)::date + 1, 1) as "ageDays"
    from work_items w
    where w.finished_at is null and w.deleted_at is null and w.started_at is not null and ${ofStream(p.stream)}
    order by w.started_at, w.item_key limit ${p.limit}::int`,
})

export const readFreshness = statement({
  name: 'flow.read-freshness',
  row: z.object({ today: z.string(), now: z.date(), derivedAt: z.date().nullable() }),
  sample: { timeZone: 'UTC' },
  sql: (p: { timeZone: string }) => sql`
    select ${today(p)} as "today", app.now() as "now", (select max(w.derived_at) from work_items w) as "derivedAt"`,
})
