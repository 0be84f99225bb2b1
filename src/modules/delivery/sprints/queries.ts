/** Read models of sprints. */
import { z } from 'zod'
import { empty, int8s, type Sql, sql, statement } from '#kernel/sql/index.ts'

/** Condition on what is of a project: it is of the stream. */
const ofStream = (stream: string, column: Sql): Sql =>
  stream === 'all'
    ? empty
    : sql`and ${column} in (select v.value from delivery_v_stream_source v
        where v.stream_id = ${stream}::text and v.kind = 'jira_project')`

const headColumns = sql`s.sprint_id as "sprint", s.board_id as "board", s.name as "name", s.started_at as "startedAt",
  s.closed_at as "closedAt", s.reconstructed as "reconstructed",
  case when s.started_at is not null then s.start_revision end as "startRevision",
  case when s.closed_at is not null then s.close_revision end as "closeRevision"`
const head = {
  sprint: z.number(),
  board: z.number(),
  name: z.string().nullable(),
  startedAt: z.date().nullable(),
  closedAt: z.date().nullable(),
  reconstructed: z.boolean(),
  startRevision: z.number().nullable(),
  closeRevision: z.number().nullable(),
}

const sums = {
  estimated: z.boolean(),
  withoutPoints: z.number(),
  committedItems: z.number(),
  committedPoints: z.number(),
  completedItems: z.number(),
  completedPoints: z.number(),
  notCompletedItems: z.number(),
  notCompletedPoints: z.number(),
  keptItems: z.number(),
  keptPoints: z.number(),
  addedItems: z.number(),
  addedPoints: z.number(),
  removedItems: z.number(),
  removedPoints: z.number(),
}

type Asked = { stream: string; startsAt: Date; endsAt: Date; limit: number }

/**
 * Sprints that closed in the window, the last first, with the sums of the stream's items; a stream has the sprints that have items
 * of its own.
 */
export const readClosed = statement({
  name: 'sprints.read-closed',
  row: z.object({ ...head, ...sums, takenAt: z.date(), total: z.number() }),
  sample: { stream: 'a', startsAt: new Date(0), endsAt: new Date(0), limit: 1 },
  sql: (p: Asked) => sql`
    select ${headColumns}, f.*, t.taken_at as "takenAt", count(*) over () as "total"
    from sprint s
    join sprint_snapshot t on t.tenant_id = s.tenant_id and t.sprint_id = s.sprint_id and t.kind = 'close'
      and t.revision = s.close_revision
    join lateral (
      select coalesce(bool_or(i.estimated), false) as "estimated", coalesce(sum(i.without_points), 0) as "withoutPoints",
        coalesce(sum(i.committed_items), 0) as "committedItems", coalesce(sum(i.committed_points), 0) as "committedPoints",
        coalesce(sum(i.completed_items), 0) as "completedItems", coalesce(sum(i.completed_points), 0) as "completedPoints",
        coalesce(sum(i.not_completed_items), 0) as "notCompletedItems",
        coalesce(sum(i.not_completed_points), 0) as "notCompletedPoints",
        coalesce(sum(i.kept_items), 0) as "keptItems", coalesce(sum(i.kept_points), 0) as "keptPoints",
        coalesce(sum(i.added_items), 0) as "addedItems", coalesce(sum(i.added_points), 0) as "addedPoints",
        coalesce(sum(i.removed_items), 0) as "removedItems", coalesce(sum(i.removed_points), 0) as "removedPoints"
      from sprint_snapshot_sum i
      where i.tenant_id = s.tenant_id and i.sprint_id = s.sprint_id and i.kind = 'close' and i.revision = s.close_revision
        ${ofStream(p.stream, sql`i.source_value`)}
      having ${p.stream === 'all' ? sql`true` : sql`count(*) > 0`}
    ) f on true
    where s.closed_at >= ${p.startsAt}::timestamptz and s.closed_at < ${p.endsAt}::timestamptz
    order by s.closed_at desc, s.sprint_id desc limit ${p.limit}::int`,
})
export type ClosedRow = z.output<typeof readClosed.row>

/** Sprints that run, the last that started first. */
export const readOpen = statement({
  name: 'sprints.read-open',
  row: z.object({ ...head, day: z.number(), total: z.number() }),
  sample: { stream: 'a', timeZone: 'UTC', limit: 1 },
  sql: (p: { stream: string; timeZone: string; limit: number }) => sql`
    select ${headColumns}, count(*) over () as "total",
      (app.now() at time zone ${p.timeZone}::text)::date - (s.started_at at time zone ${p.timeZone}::text)::date + 1 as "day"
    from sprint s
    where s.closed_at is null and s.started_at is not null
      ${
        p.stream === 'all'
          ? empty
          : sql`and exists (
              select from sprint_item m join delivery_v_work_item_event e on e.tenant_id = m.tenant_id and e.source = 'jira'
                and e.item_key = m.item_key and e.field = 'sprint'
              join delivery_v_stream_source v on v.tenant_id = m.tenant_id and v.stream_id = ${p.stream}::text
                and v.kind = 'jira_project' and v.value = lower(e.project_key)
              where m.tenant_id = s.tenant_id and m.sprint_id = s.sprint_id)`
      }
    order by s.started_at desc, s.sprint_id desc limit ${p.limit}::int`,
})

/** Jira projects of a stream, in lower case. */
export const readProjects = statement({
  name: 'sprints.read-projects',
  row: z.object({ project: z.string() }),
  sample: { stream: 'a' },
  sql: ({ stream }: { stream: string }) => sql`
    select v.value as "project" from delivery_v_stream_source v where v.stream_id = ${stream}::text and v.kind = 'jira_project'`,
})

export const readSprint = statement({
  name: 'sprints.read-sprint',
  row: z.object({ ...head, sealed: z.boolean() }),
  sample: { sprint: 1 },
  sql: ({ sprint }: { sprint: number }) => sql`
    select ${headColumns}, s.sealed as "sealed" from sprint s where s.sprint_id = ${sprint}::bigint`,
})

/** What a snapshot `t` comes to: as it was summed when it was taken, or of the stream's items alone. */
const sizeOf = (stream: string): Sql =>
  stream === 'all'
    ? sql`(select t.items, t.points, t.completed_items, t.completed_points)`
    : sql`(
      select w.items, w.points, case when t.kind = 'close' then w.completed_items end as completed_items,
        case when t.kind = 'close' and w.points is not null then w.completed_points end as completed_points
      from (
        select count(*) filter (where i.outcome <> 'removed') as items,
          sum(i.points) filter (where i.outcome <> 'removed') as points,
          count(*) filter (where i.outcome = 'completed') as completed_items,
          coalesce(sum(i.points) filter (where i.outcome = 'completed'), 0) as completed_points
        from sprint_snapshot_item i
        where i.tenant_id = t.tenant_id and i.sprint_id = t.sprint_id and i.kind = t.kind and i.revision = t.revision
          ${ofStream(stream, sql`i.source_value`)}
      ) w)`

export const readRevisions = statement({
  name: 'sprints.read-revisions',
  row: z.object({
    kind: z.enum(['start', 'close']),
    revision: z.number(),
    takenFor: z.date(),
    takenAt: z.date(),
    reconstructed: z.boolean(),
    items: z.number(),
    points: z.number().nullable(),
    completedItems: z.number().nullable(),
    completedPoints: z.number().nullable(),
  }),
  sample: { sprint: 1, stream: 'a', limit: 1 },
  sql: (p: { sprint: number; stream: string; limit: number }) => sql`
    select t.kind as "kind", t.revision as "revision", t.taken_for as "takenFor", t.taken_at as "takenAt",
      t.reconstructed as "reconstructed", z.items as "items", z.points as "points", z.completed_items as "completedItems",
      z.completed_points as "completedPoints"
    from sprint_snapshot t cross join lateral ${sizeOf(p.stream)} z where t.sprint_id = ${p.sprint}::bigint
    order by t.taken_at desc, t.revision desc, t.kind limit ${p.limit}::int`,
})

type Of = { sprint: number; kind: 'start' | 'close'; revision: number; stream: string }
export const readSnapshotItems = statement({
  name: 'sprints.read-snapshot-items',
  row: z.object({
    key: z.string(),
    project: z.string(),
    outcome: z.enum(['committed', 'completed', 'not_completed', 'removed']),
    committed: z.boolean().nullable(),
    points: z.number().nullable(),
    startPoints: z.number().nullable(),
    facts: z.array(z.number()),
  }),
  sample: { sprint: 1, kind: 'start', revision: 1, stream: 'a' } as Of,
  sql: (p: Of) => sql`
    select i.item_key as "key", i.project_key as "project", i.outcome as "outcome", i.committed as "committed",
      i.points as "points", i.start_points as "startPoints", i.fact_ids as "facts"
    from sprint_snapshot_item i
    where i.sprint_id = ${p.sprint}::bigint and i.kind = ${p.kind}::text and i.revision = ${p.revision}::int
      ${ofStream(p.stream, sql`i.source_value`)}
    order by i.item_key`,
})

export const readReceipts = statement({
  name: 'sprints.read-receipts',
  row: z.object({
    fact: z.number(),
    events: z.array(z.number()),
    action: z.string(),
    field: z.string().nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    occurredAt: z.date(),
    recordedAt: z.date(),
  }),
  sample: { facts: [] },
  sql: ({ facts }: { facts: readonly number[] }) => sql`
    select e.id as "fact", e.action as "action", e.field as "field", e.from_value as "from", e.to_value as "to",
      e.occurred_at as "occurredAt", e.recorded_at as "recordedAt",
      array(select l.event_id from intake_v_lineage l where l.tenant_id = e.tenant_id and l.fact_table = 'work_item_events'
        and l.fact_id = e.id::text order by l.event_id limit 10) as "events"
    from unnest(${int8s(facts)}::bigint[]) as k(id) join delivery_v_work_item_event e on e.id = k.id
    order by e.occurred_at, e.id`,
})

type Days = { from: Date; to: Date; timeZone: string; limit: number }
/** The days from one instant to another, each with its end or the last instant. */
export const readDaysBetween = statement({
  name: 'sprints.days-between',
  row: z.object({ day: z.string(), endsAt: z.date() }),
  sample: { from: new Date(0), to: new Date(0), timeZone: 'UTC', limit: 1 },
  sql: (p: Days) => sql`
    select d.day::date as "day",
      least((d.day::date + 1)::timestamp at time zone ${p.timeZone}::text - interval '1 millisecond', ${p.to}::timestamptz) as "endsAt"
    from generate_series((${p.from}::timestamptz at time zone ${p.timeZone}::text)::date::timestamp,
      (${p.to}::timestamptz at time zone ${p.timeZone}::text)::date::timestamp, interval '1 day') as d(day)
    order by d.day limit ${p.limit}::int`,
})

export const readTimeZone = statement({
  name: 'sprints.read-time-zone',
  row: z.object({ timeZone: z.string() }),
  sample: undefined,
  sql: () => sql`select t.time_zone as "timeZone" from tenant t`,
})
