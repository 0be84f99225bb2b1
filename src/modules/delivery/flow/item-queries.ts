/** Reads and writes of deriving work items. */
import { z } from 'zod'
import { int4s, int8s, noRow, raw, sql, statement, texts, timestamps } from '#kernel/sql/index.ts'
import { type ItemHistory, type ItemState, itemFact, itemHistory } from './item-state.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

/** Names one item of a tenant. Sprints are named the same way and are none. */
export type ItemKey = { readonly source: string; readonly key: string }
type Keys = { keys: readonly ItemKey[] }
const sample: Keys = { keys: [] }
const pairs = ({ keys }: Keys) =>
  sql`unnest(${texts(keys.map(({ source }) => source))}::text[], ${texts(keys.map(({ key }) => key))}::text[]) as k(source, key)`

/** Held to the end of the transaction by whoever derives items of the tenant. */
export const lockItems = statement({
  name: 'flow.lock-items',
  row: z.object({ locked: z.string() }),
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) =>
    sql`select pg_advisory_xact_lock(hashtextextended('flow ' || ${tenantId}::text, 0))::text as "locked"`,
})

export const loadItemFacts = statement({
  name: 'flow.load-item-facts',
  row: itemFact,
  sample,
  sql: (p: Keys) => sql`
    select e.source as "source", e.item_key as "key", e.external_id as "externalId", e.project_key as "projectKey",
      e.item_type as "itemType", e.action as "action", e.field as "field", e.to_value as "toValue", e.points as "points",
      round(date_part('epoch', e.occurred_at) * 1000) as "occurredAt"
    from ${pairs(p)} join delivery_v_work_item_event e on e.source = k.source and e.item_key = k.key`,
})

export const loadSealed = statement({
  name: 'flow.load-sealed',
  row: z.object({ source: z.string(), key: z.string(), history: itemHistory }),
  sample,
  sql: (p: Keys) => sql`
    select w.source as "source", w.item_key as "key", w.sealed_history as "history"
    from ${pairs(p)} join work_items w on w.source = k.source and w.item_key = k.key
    where w.sealed_history is not null`,
})

export type DerivedItem = ItemKey & { readonly state: ItemState; readonly sealed: ItemHistory | undefined }
type Write = { tenantId: string; items: readonly DerivedItem[] }

const columns = [
  'project_key',
  'item_type',
  'created_at',
  'started_at',
  'finished_at',
  'reopened',
  'points',
  'status',
  'status_category',
  'active_seconds',
  'deleted_at',
  'sealed_history',
]
const list = (prefix: string) => columns.map((column) => `${prefix}.${column}`).join(', ')

/** Writes those that differ from what is stored; answers with their keys. */
export const writeItems = statement({
  name: 'flow.write-items',
  row: z.object({ source: z.string(), key: z.string() }),
  sample: { tenantId: zeroUuid, items: [] },
  sql: ({ tenantId, items }: Write) => {
    const of = <T>(column: (state: ItemState) => T) => items.map(({ state }) => column(state))
    const times = (column: (state: ItemState) => number | null) =>
      timestamps(of(column).map((ms) => (ms === null ? null : new Date(ms))))
    return sql`
    insert into work_items as w (tenant_id, source, item_key, project_key, item_type, created_at, started_at, finished_at, reopened,
      points, status, status_category, active_seconds, deleted_at, sealed_history)
    select ${tenantId}::uuid, i.source, i.key, i.project_key, i.item_type, i.created_at, i.started_at, i.finished_at, i.reopened,
      i.points::float8, i.status, i.status_category, i.active_seconds, i.deleted_at, i.sealed_history::jsonb
    from unnest(${texts(items.map(({ source }) => source))}::text[], ${texts(items.map(({ key }) => key))}::text[],
      ${texts(of((s) => s.projectKey))}::text[], ${texts(of((s) => s.itemType))}::text[],
      ${times((s) => s.createdAt)}::timestamptz[], ${times((s) => s.startedAt)}::timestamptz[],
      ${times((s) => s.finishedAt)}::timestamptz[], ${int4s(of((s) => s.reopened))}::int[],
      ${texts(of((s) => s.points?.toString() ?? null))}::text[], ${texts(of((s) => s.status))}::text[],
      ${texts(of((s) => s.statusCategory))}::text[], ${int8s(of((s) => s.activeSeconds))}::bigint[],
      ${times((s) => s.deletedAt)}::timestamptz[],
      ${texts(items.map(({ sealed }) => (sealed ? JSON.stringify(sealed) : null)))}::text[])
      as i(source, key, project_key, item_type, created_at, started_at, finished_at, reopened, points, status, status_category,
        active_seconds, deleted_at, sealed_history)
    order by i.source, i.key
    on conflict (tenant_id, source, item_key) do update set
      ${raw(columns.map((column) => `${column} = excluded.${column}`).join(', '))}, derived_at = app.now()
    where (${raw(list('w'))}) is distinct from (${raw(list('excluded'))})
    returning w.source as "source", w.item_key as "key"`
  },
})

/** Items of which no fact is left, and none was purged: somebody took them out of the facts. */
export const deleteItems = statement({
  name: 'flow.delete-items',
  row: noRow,
  sample,
  sql: (p: Keys) => sql`
    delete from work_items w using ${pairs(p)} where w.source = k.source and w.item_key = k.key`,
})

type Page = { source: string; key: string; limit: number }

/** Keys of items that facts or rows speak of, a page at a time. */
export const listItemKeys = statement({
  name: 'flow.list-item-keys',
  row: z.object({ source: z.string(), key: z.string() }),
  sample: { source: '', key: '', limit: 1 },
  sql: (p: Page) => sql`
    select k.source as "source", k.key as "key" from (
      (select distinct e.source, e.item_key as key from delivery_v_work_item_event e
       where (e.source, e.item_key) > (${p.source}::text, ${p.key}::text) and not starts_with(e.item_key, 'sprint:')
       order by 1, 2 limit ${p.limit}::int)
      union
      (select w.source, w.item_key from work_items w
       where (w.source, w.item_key) > (${p.source}::text, ${p.key}::text) order by 1, 2 limit ${p.limit}::int)
    ) k order by 1, 2 limit ${p.limit}::int`,
})

/** For the self-check: every tenant. */
export const listTenants = statement({
  name: 'flow.list-tenants',
  row: z.object({ id: z.string() }),
  sample: undefined,
  sql: () => sql`select t.id as "id" from tenant t order by t.id`,
})
