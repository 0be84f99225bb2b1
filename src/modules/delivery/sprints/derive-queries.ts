/** Reads and writes of taking snapshots. */
import { z } from 'zod'
import {
  bools,
  int4s,
  int8s,
  join,
  noRow,
  raw,
  type Sql,
  sql,
  statement,
  texts,
  timestamps,
} from '#kernel/sql/index.ts'
import { sumNames, sumsOf } from './figures.ts'
import { fact, type Life, type SnapshotItem } from './sprint-state.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const ms = (column: Sql) => sql`round(date_part('epoch', ${column}) * 1000)`

/** Held to the end of the transaction by whoever takes snapshots of the tenant. */
export const lockSprints = statement({
  name: 'sprints.lock',
  row: z.object({ locked: z.string() }),
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) =>
    sql`select pg_advisory_xact_lock(hashtextextended('sprints ' || ${tenantId}::text, 0))::text as "locked"`,
})

/** Ids in a value of the field `sprint`, as `sprintIds` finds them; longer numbers are none of Jira's. */
const idsIn = (value: Sql) =>
  sql`select m.digits[1]::bigint from regexp_matches(${value}, '(?<![0-9])([0-9]{1,15})(?![0-9])', 'g') as m(digits)`

/** Writes down which sprints facts ever put these items into; every item where `keys` is null. */
export const rememberItems = statement({
  name: 'sprints.remember-items',
  row: noRow,
  sample: { tenantId: zeroUuid, keys: null },
  sql: ({ tenantId, keys }: { tenantId: string; keys: readonly string[] | null }) => sql`
    insert into sprint_item (tenant_id, sprint_id, item_key)
    select distinct ${tenantId}::uuid, s.id, e.item_key
    from delivery_v_work_item_event e
    cross join lateral (
      ${idsIn(sql`coalesce(e.from_value, '')`)} union ${idsIn(sql`coalesce(e.to_value, '')`)}
    ) as s(id)
    where e.source = 'jira' and e.field = 'sprint'
      and (${keys && texts(keys)}::text[] is null or e.item_key = any (${keys && texts(keys)}::text[]))
    order by 2, 3
    on conflict do nothing`,
})

export const sprintsOfItems = statement({
  name: 'sprints.of-items',
  row: z.object({ sprint: z.number() }),
  sample: { keys: [] },
  sql: ({ keys }: { keys: readonly string[] }) => sql`
    select distinct i.sprint_id as "sprint" from unnest(${texts(keys)}::text[]) as k(key)
    join sprint_item i on i.item_key = k.key`,
})

const columns = sql`e.external_id as "externalId", e.project_key as "project",
  e.action as "action", e.field as "field", e.to_value as "to", e.points as "points", ${ms(sql`e.occurred_at`)} as "at",
  ${ms(sql`e.recorded_at`)} as "heardAt"`

/** What was said of these keys: items, and sprints as `sprint:<id>`. */
export const loadFacts = statement({
  name: 'sprints.load-facts',
  row: fact,
  sample: { keys: [] },
  sql: ({ keys }: { keys: readonly string[] }) => sql`
    select e.id as "id", e.item_key as "key", e.from_value as "from", ${columns}
    from unnest(${texts(keys)}::text[]) as k(key)
    join delivery_v_work_item_event e on e.source = 'jira' and e.item_key = k.key
    union all
    select null::bigint, e.item_key, null::text, ${columns}
    from unnest(${texts(keys)}::text[]) as k(key) join sprint_kept_fact e on e.item_key = k.key`,
})

export const itemsOfSprints = statement({
  name: 'sprints.items-of-sprints',
  row: z.object({ sprint: z.number(), key: z.string() }),
  sample: { sprints: [] },
  sql: ({ sprints }: { sprints: readonly number[] }) => sql`
    select i.sprint_id as "sprint", i.item_key as "key" from unnest(${int8s(sprints)}::bigint[]) as k(id)
    join sprint_item i on i.sprint_id = k.id`,
})

const headRow = z.object({
  sprint: z.number(),
  board: z.number(),
  name: z.string().nullable(),
  startedAt: z.number().nullable(),
  closedAt: z.number().nullable(),
  reconstructed: z.boolean(),
  sealed: z.boolean(),
  startRevision: z.number().nullable(),
  closeRevision: z.number().nullable(),
})
export type Head = z.output<typeof headRow>

export const loadHeads = statement({
  name: 'sprints.load-heads',
  row: headRow,
  sample: { sprints: [] },
  sql: ({ sprints }: { sprints: readonly number[] }) => sql`
    select s.sprint_id as "sprint", s.board_id as "board", s.name as "name", ${ms(sql`s.started_at`)} as "startedAt",
      ${ms(sql`s.closed_at`)} as "closedAt", s.reconstructed as "reconstructed", s.sealed as "sealed",
      s.start_revision as "startRevision", s.close_revision as "closeRevision"
    from unnest(${int8s(sprints)}::bigint[]) as k(id) join sprint s on s.sprint_id = k.id`,
})

export type Kind = 'start' | 'close'
const kind = z.enum(['start', 'close'])

const snapshotRow = z.object({
  sprint: z.number(),
  kind,
  revision: z.number(),
  board: z.number(),
  name: z.string().nullable(),
  takenFor: z.number(),
  reconstructed: z.boolean(),
})
export type Taken = z.output<typeof snapshotRow>

/** The newest snapshots of sprints. */
export const loadTaken = statement({
  name: 'sprints.load-taken',
  row: snapshotRow,
  sample: { sprints: [] },
  sql: ({ sprints }: { sprints: readonly number[] }) => sql`
    select t.sprint_id as "sprint", t.kind as "kind", t.revision as "revision", t.board_id as "board", t.name as "name",
      ${ms(sql`t.taken_for`)} as "takenFor", t.reconstructed as "reconstructed"
    from unnest(${int8s(sprints)}::bigint[]) as k(id)
    join sprint s on s.sprint_id = k.id
    join sprint_snapshot t on t.tenant_id = s.tenant_id and t.sprint_id = s.sprint_id
      and t.revision = case t.kind when 'start' then s.start_revision else s.close_revision end`,
})

/** Items of the newest snapshots of sprints: all, or those of the keys. */
export const loadTakenItems = statement({
  name: 'sprints.load-taken-items',
  row: z.object({
    sprint: z.number(),
    kind,
    key: z.string(),
    project: z.string(),
    outcome: z.enum(['committed', 'completed', 'not_completed', 'removed']),
    committed: z.boolean().nullable(),
    points: z.number().nullable(),
    startPoints: z.number().nullable(),
  }),
  sample: { sprints: [], keys: null },
  sql: ({ sprints, keys }: { sprints: readonly number[]; keys: readonly string[] | null }) => sql`
    select i.sprint_id as "sprint", i.kind as "kind", i.item_key as "key", i.project_key as "project", i.outcome as "outcome",
      i.committed as "committed", i.points as "points", i.start_points as "startPoints"
    from unnest(${int8s(sprints)}::bigint[]) as k(id)
    join sprint s on s.sprint_id = k.id
    join sprint_snapshot_item i on i.tenant_id = s.tenant_id and i.sprint_id = s.sprint_id
      and i.revision = case i.kind when 'start' then s.start_revision else s.close_revision end
    where ${keys && texts(keys)}::text[] is null or i.item_key = any (${keys && texts(keys)}::text[])`,
})

export type NewHead = Life & {
  readonly sprint: number
  readonly startRevision: number | null
  readonly closeRevision: number | null
}
const dates = (values: readonly (number | null)[]) =>
  timestamps(values.map((at) => (at === null ? null : new Date(at))))

export const writeHeads = statement({
  name: 'sprints.write-heads',
  row: noRow,
  sample: { tenantId: zeroUuid, heads: [] },
  sql: ({ tenantId, heads }: { tenantId: string; heads: readonly NewHead[] }) => sql`
    insert into sprint as s (tenant_id, sprint_id, board_id, name, started_at, closed_at, reconstructed, start_revision, close_revision)
    select ${tenantId}::uuid, h.id, h.board, h.name, h.started_at, h.closed_at, h.reconstructed, h.start_revision, h.close_revision
    from unnest(${int8s(heads.map((h) => h.sprint))}::bigint[], ${int8s(heads.map((h) => h.board))}::bigint[],
      ${texts(heads.map((h) => h.name))}::text[], ${dates(heads.map((h) => h.startedAt))}::timestamptz[],
      ${dates(heads.map((h) => h.closedAt))}::timestamptz[], ${bools(heads.map((h) => h.reconstructed))}::boolean[],
      ${int4s(heads.map((h) => h.startRevision))}::int[], ${int4s(heads.map((h) => h.closeRevision))}::int[])
      as h(id, board, name, started_at, closed_at, reconstructed, start_revision, close_revision)
    on conflict (tenant_id, sprint_id) do update set board_id = excluded.board_id, name = excluded.name,
      started_at = excluded.started_at, closed_at = excluded.closed_at, reconstructed = excluded.reconstructed,
      start_revision = excluded.start_revision, close_revision = excluded.close_revision, derived_at = app.now()`,
})

export type NewSnapshot = Taken & {
  readonly items: readonly SnapshotItem[]
  readonly points: number | null
  readonly completedItems: number | null
  readonly completedPoints: number | null
}

export const writeSnapshots = statement({
  name: 'sprints.write-snapshots',
  row: noRow,
  sample: { tenantId: zeroUuid, taken: [] },
  sql: ({ tenantId, taken }: { tenantId: string; taken: readonly NewSnapshot[] }) => sql`
    insert into sprint_snapshot (tenant_id, sprint_id, kind, revision, board_id, name, taken_for, reconstructed, items, points,
      completed_items, completed_points)
    select ${tenantId}::uuid, t.id, t.kind, t.revision, t.board, t.name, t.taken_for, t.reconstructed, t.items, t.points::float8,
      t.completed_items, t.completed_points::float8
    from unnest(${int8s(taken.map((t) => t.sprint))}::bigint[], ${texts(taken.map((t) => t.kind))}::text[],
      ${int4s(taken.map((t) => t.revision))}::int[], ${int8s(taken.map((t) => t.board))}::bigint[],
      ${texts(taken.map((t) => t.name))}::text[], ${dates(taken.map((t) => t.takenFor))}::timestamptz[],
      ${bools(taken.map((t) => t.reconstructed))}::boolean[],
      ${int4s(taken.map((t) => t.items.filter(({ outcome }) => outcome !== 'removed').length))}::int[],
      ${texts(taken.map((t) => t.points?.toString() ?? null))}::text[], ${int4s(taken.map((t) => t.completedItems))}::int[],
      ${texts(taken.map((t) => t.completedPoints?.toString() ?? null))}::text[])
      as t(id, kind, revision, board, name, taken_for, reconstructed, items, points, completed_items, completed_points)`,
})

export const writeSnapshotItems = statement({
  name: 'sprints.write-snapshot-items',
  row: noRow,
  sample: { tenantId: zeroUuid, taken: [] },
  sql: ({ tenantId, taken }: { tenantId: string; taken: readonly NewSnapshot[] }) => {
    const rows = taken.flatMap((t) => t.items.map((item) => ({ ...item, of: t })))
    return sql`
    insert into sprint_snapshot_item (tenant_id, sprint_id, kind, revision, item_key, project_key, outcome, committed, points,
      start_points, fact_ids)
    select ${tenantId}::uuid, i.id, i.kind, i.revision, i.key, i.project, i.outcome, i.committed, i.points::float8,
      i.start_points::float8,      string_to_array(i.facts, ',')::bigint[]
    from unnest(${int8s(rows.map((r) => r.of.sprint))}::bigint[], ${texts(rows.map((r) => r.of.kind))}::text[],
      ${int4s(rows.map((r) => r.of.revision))}::int[], ${texts(rows.map((r) => r.key))}::text[],
      ${texts(rows.map((r) => r.project))}::text[], ${texts(rows.map((r) => r.outcome))}::text[],
      ${bools(rows.map((r) => r.committed))}::boolean[], ${texts(rows.map((r) => r.points?.toString() ?? null))}::text[],
      ${texts(rows.map((r) => r.startPoints?.toString() ?? null))}::text[], ${texts(rows.map((r) => r.facts.join(',')))}::text[])
      as i(id, kind, revision, key, project, outcome, committed, points, start_points, facts)`
  },
})

const sumColumns = sumNames.flatMap((name) => [`${name}Items`, `${name}Points`] as const)
const columnOf = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** The sums of snapshots of closes, by project. */
export const writeSums = statement({
  name: 'sprints.write-sums',
  row: noRow,
  sample: { tenantId: zeroUuid, taken: [] },
  sql: ({ tenantId, taken }: { tenantId: string; taken: readonly NewSnapshot[] }) => {
    const rows = taken
      .filter((t) => t.kind === 'close')
      .flatMap((t) =>
        [...Map.groupBy(t.items, ({ project }) => project.toLowerCase())].map(([project, items]) => ({
          ...sumsOf(items),
          of: t,
          project,
        })),
      )
    const sum = (name: (typeof sumColumns)[number]) => texts(rows.map((row) => String(row[name])))
    return sql`
    insert into sprint_snapshot_sum (tenant_id, sprint_id, revision, source_value, estimated, without_points,
      ${raw(sumColumns.map(columnOf).join(', '))})
    select ${tenantId}::uuid, s.id, s.revision, s.project, s.estimated, s.without_points,
      ${raw(sumColumns.map((name) => `s.${columnOf(name)}::${name.endsWith('Items') ? 'int' : 'float8'}`).join(', '))}
    from unnest(${int8s(rows.map((r) => r.of.sprint))}::bigint[], ${int4s(rows.map((r) => r.of.revision))}::int[],
      ${texts(rows.map((r) => r.project))}::text[], ${bools(rows.map((r) => r.estimated))}::boolean[],
      ${int4s(rows.map((r) => r.withoutPoints))}::int[], ${join(sumColumns.map((name) => sql`${sum(name)}::text[]`))})
      as s(id, revision, project, estimated, without_points, ${raw(sumColumns.map(columnOf).join(', '))})`
  },
})

/** For the nightly check: sprints that facts or rows speak of, a page at a time. */
export const listSprints = statement({
  name: 'sprints.list',
  row: z.object({ sprint: z.number() }),
  sample: { after: 0, limit: 1 },
  sql: (p: { after: number; limit: number }) => sql`
    select s.id as "sprint" from (
      select s.sprint_id as id from sprint s
      union
      select substr(e.item_key, 8)::bigint from delivery_v_work_item_event e
      where e.source = 'jira' and e.item_key ~ '^sprint:[0-9]{1,15}$'
    ) s
    where s.id > ${p.after}::bigint order by s.id limit ${p.limit}::int`,
})

/** For the nightly check: every tenant. */
export const listTenants = statement({
  name: 'sprints.list-tenants',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`select t.id as "id" from tenant t order by t.id`,
})
