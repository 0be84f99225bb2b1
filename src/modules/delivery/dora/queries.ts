/** What is read of the roll-ups. */
import { z } from 'zod'
import { raw, sql, statement, texts } from '#kernel/sql/index.ts'
import { wholeMonths } from './calendar.ts'
import { addedUp, dayAsMonth, monthColumns } from './roll-up-months.ts'
import { rollUpColumns } from './roll-up-statement.ts'

const packed = z.instanceof(Uint8Array)

/** What a day and a whole window have alike. */
const figures = {
  deployments: z.number(),
  deploymentsWithChanges: z.number(),
  failed: z.number(),
  rework: z.number(),
  ticketed: z.number(),
  droppedChanges: z.number(),
  unrecovered: z.number(),
  unrecoveredSince: z.date().nullable(),
  incidents: z.number(),
  unresolved: z.number(),
  unresolvedSince: z.date().nullable(),
}

const dayRow = z.object({
  day: z.string(),
  /** Version of what the row holds. */
  definition: z.string(),
  ...figures,
  lead: packed,
  coding: packed,
  pickup: packed,
  review: packed,
  deploy: packed,
  recovery: packed,
  restore: packed,
  computedAt: z.date(),
})
export type DayRow = z.output<typeof dayRow>

const daySql = raw(`d.day as "day", d.definition as "definition", d.deployments as "deployments",
      d.deployments_with_changes as "deploymentsWithChanges",
      d.failed as "failed", d.rework as "rework", d.ticketed as "ticketed", d.dropped_changes as "droppedChanges",
      d.unrecovered as "unrecovered", d.unrecovered_since as "unrecoveredSince",
      d.incidents as "incidents", d.unresolved as "unresolved", d.unresolved_since as "unresolvedSince",
      d.lead_seconds as "lead", d.coding_seconds as "coding", d.pickup_seconds as "pickup", d.review_seconds as "review",
      d.deploy_seconds as "deploy", d.recovery_seconds as "recovery", d.restore_seconds as "restore",
      d.computed_at as "computedAt"`)

/** One stream, a row a day. */
export const readDays = statement({
  name: 'dora.read-days',
  row: dayRow,
  sample: { stream: 'all', from: '2026-01-01', to: '2026-01-02' },
  sql: (p: { stream: string; from: string; to: string }) => sql`
    select ${daySql} from dora_daily d
    where d.stream_id = ${p.stream}::text and d.day between ${p.from}::date and ${p.to}::date
    order by d.day`,
})

type AsOf = { streams: readonly string[]; from: string; to: string; asOf: string }
const versionColumns = raw(['stream_id', 'day', ...rollUpColumns, 'computed_at'].map((name) => `v.${name}`).join(', '))

/** Days `d` as they were known at `asOf`, an instant as text so that microseconds are kept. */
const daysAsOf = (p: AsOf) => sql`(
  select distinct on (v.stream_id, v.day) v.* from (
    select ${versionColumns} from dora_daily v
    where v.stream_id = any (${texts(p.streams)}::text[]) and v.day between ${p.from}::date and ${p.to}::date
      and v.computed_at <= ${p.asOf}::timestamptz
    union all
    select ${versionColumns} from dora_daily_past v
    where v.stream_id = any (${texts(p.streams)}::text[]) and v.day between ${p.from}::date and ${p.to}::date
      and v.computed_at <= ${p.asOf}::timestamptz and v.replaced_at > ${p.asOf}::timestamptz
  ) v
  order by v.stream_id, v.day, v.computed_at desc
) d`
const asOfSample: AsOf = { streams: ['all'], from: '2026-01-01', to: '2026-01-02', asOf: '2026-01-01T00:00:00Z' }

/** As `readDays`, at an earlier time. */
export const readDaysAsOf = statement({
  name: 'dora.read-days-as-of',
  row: dayRow,
  sample: asOfSample,
  sql: (p: AsOf) => sql`select ${daySql} from ${daysAsOf(p)} order by d.day`,
})

const streamRow = z.object({
  stream: z.string(),
  /** Days with a deployment, counted from 1970-01-01. */
  deploymentDays: packed,
  ...figures,
  lead: packed,
  recovery: packed,
  restore: packed,
  computedAt: z.date(),
})
export type StreamRow = z.output<typeof streamRow>

const streamSql = raw(`s.stream_id as "stream", s.deployment_days as "deploymentDays", s.deployments as "deployments",
  s.deployments_with_changes as "deploymentsWithChanges", s.failed as "failed", s.rework as "rework",
  s.ticketed as "ticketed", s.dropped_changes as "droppedChanges", s.unrecovered as "unrecovered",
  s.unrecovered_since as "unrecoveredSince", s.incidents as "incidents", s.unresolved as "unresolved",
  s.unresolved_since as "unresolvedSince", s.lead_seconds as "lead", s.recovery_seconds as "recovery",
  s.restore_seconds as "restore", s.computed_at as "computedAt"`)

/**
 * Many streams, a row a stream: whole months from `dora_monthly`, the days at the edges from `dora_daily`. Packed seconds are
 * only laid end to end here and their percentiles taken in Node (bench/dora.ts).
 */
export const readStreams = statement({
  name: 'dora.read-streams',
  row: streamRow,
  sample: { streams: ['all'], from: '2026-01-01', to: '2026-01-02' },
  sql: (p: { streams: readonly string[]; from: string; to: string }) => {
    const months = wholeMonths(p.from, p.to)
    return sql`
      select ${streamSql}
      from (
        select d.stream_id, ${addedUp}
        from (
          select ${monthColumns} from dora_monthly d
          where d.stream_id = any (${texts(p.streams)}::text[])
            and d.month >= ${months.from}::date and d.month < ${months.before}::date
          union all
          select ${dayAsMonth} from dora_daily d
          where d.stream_id = any (${texts(p.streams)}::text[]) and d.day between ${p.from}::date and ${p.to}::date
            and (d.day < ${months.from}::date or d.day >= ${months.before}::date)
        ) d
        group by d.stream_id
      ) s`
  },
})

/** As `readStreams`, at an earlier time: months keep no past, so day by day. */
export const readStreamsAsOf = statement({
  name: 'dora.read-streams-as-of',
  row: streamRow,
  sample: asOfSample,
  sql: (p: AsOf) => sql`
    select ${streamSql}
    from (
      select d.stream_id, ${addedUp} from (select ${dayAsMonth} from ${daysAsOf(p)}) d group by d.stream_id
    ) s`,
})

type Weekly = { streams: readonly string[]; from: string; to: string }

/** Every ISO week of every stream asked for; the first and the last may be cut by the window. */
export const readWeeks = statement({
  name: 'dora.read-weeks',
  row: z.object({
    stream: z.string(),
    week: z.string(),
    deployments: z.number(),
    failed: z.number(),
    lead: packed.nullable(),
  }),
  sample: { streams: ['all'], from: '2026-01-01', to: '2026-01-02' } as Weekly,
  sql: (p: Weekly) => sql`
    select a.stream as "stream", k.week::date as "week", coalesce(sum(d.deployments), 0)::int as "deployments",
      coalesce(sum(d.failed), 0)::int as "failed", string_agg(d.lead_seconds, ''::bytea) as "lead"
    from (select distinct a.stream from unnest(${texts(p.streams)}::text[]) as a(stream)) a
    cross join generate_series(date_trunc('week', ${p.from}::date::timestamp), ${p.to}::date::timestamp, interval '7 days') as k(week)
    left join dora_daily d on d.stream_id = a.stream
      and d.day between greatest(k.week::date, ${p.from}::date) and least(k.week::date + 6, ${p.to}::date)
    group by a.stream, k.week order by a.stream, k.week`,
})

/** The tenant's streams, of those asked for. */
export const listStreams = statement({
  name: 'dora.list-streams',
  row: z.object({ id: z.string(), kind: z.enum(['delivery', 'tech']), name: z.string() }),
  sample: { only: null },
  sql: (p: { only: readonly string[] | null }) => sql`
    select s.id as "id", s.kind as "kind", s.name as "name" from delivery_v_stream s
    where ${p.only && texts(p.only)}::text[] is null or s.id = any (${p.only && texts(p.only)}::text[])
    order by s.kind, s.id`,
})

/** For the self-check: every tenant. */
export const listTenants = statement({
  name: 'dora.list-tenants',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`select t.id as "id" from tenant t order by t.id`,
})

/** For the self-check: days that have counted facts or an unsealed row. */
export const listDays = statement({
  name: 'dora.list-days',
  row: z.object({ day: z.string() }),
  sample: undefined,
  sql: () => sql`
    select (d.finished_at at time zone t.time_zone)::date as "day" from delivery_v_deployment d cross join tenant t where d.counted
    union
    select (i.started_at at time zone t.time_zone)::date from delivery_v_incident i cross join tenant t where not i.withdrawn
    union
    select r.day from dora_daily r where not r.sealed
    order by "day"`,
})

/** For the self-check: streams that exist, and those that left rows behind. */
export const listRolledUp = statement({
  name: 'dora.list-rolled-up',
  row: z.object({ stream: z.string() }),
  sample: undefined,
  sql: () => sql`
    select 'all' as "stream"
    union
    select s.id from delivery_v_stream s
    union
    select r.stream_id from dora_daily r where not r.sealed
    order by "stream"`,
})
