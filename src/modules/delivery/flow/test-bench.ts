/** Flow on a real database, for its tests: facts in, work items out. */
import { makeEventLog } from '#kernel/events/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { deliveryFacts } from '#modules/delivery/facts/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { deliveryFlow } from './index.ts'

type Ctx = { readonly tenantId: string }
type FactRow = {
  source?: 'jira' | 'github'
  item_key: string
  external_id: string
  project_key: string
  item_type?: string
  action: string
  field?: string
  to_value?: string
  points?: number
  occurred_at: string
}

/** Facts of an item: `created 2026-01-01T10:00Z`, then `[category, time]` each. */
export function itemFacts(key: string, createdAt: string | null, ...moves: (readonly [string, string])[]): FactRow[] {
  const project_key = key.split(/[-#]\d/)[0]!
  const source = key.includes('/') ? ('github' as const) : ('jira' as const)
  const common = { source, item_key: key, project_key, item_type: 'Story' }
  return [
    ...(createdAt === null ? [] : [{ ...common, external_id: 'created', action: 'created', occurred_at: createdAt }]),
    ...moves.map(([to_value, occurred_at], n) =>
      to_value === 'deleted' || to_value === 'closed' || to_value === 'reopened'
        ? { ...common, external_id: `${to_value}:${n}`, action: to_value, occurred_at }
        : {
            ...common,
            external_id: `${n + 1}:status_category:0`,
            action: 'changed',
            field: 'status_category',
            to_value,
            occurred_at,
          },
    ),
  ]
}

export async function flowBench() {
  const db = await testDatabase()
  const { database, sql } = db
  const eventLog = makeEventLog()
  const flow = deliveryFlow.start({ database, eventLog })
  const facts = deliveryFacts.start({
    database,
    eventLog,
    hashPerson: (login) => login,
    beforeWorkItemsGo: flow.port.seal,
  })
  const subscribers = [...(facts.subscribers ?? []), ...(flow.subscribers ?? [])]
  eventLog.connect(subscribers)
  const engines = subscribers.map(({ work }) => makeEngine(work as unknown as Work, database, silentLog))

  /** Facts as rows, without anybody being told. */
  async function insert({ tenantId }: Ctx, rows: readonly FactRow[]) {
    const json = JSON.stringify(rows.map((row) => ({ source: 'jira', ...row, tenant_id: tenantId })))
    const columns =
      'tenant_id, source, item_key, external_id, project_key, item_type, action, field, to_value, points, occurred_at'
    await sql(
      `insert into work_item_events (${columns})
      select ${columns} from jsonb_populate_recordset(null::work_item_events, $1::jsonb)`,
      [json],
    )
  }
  const settle = async () => {
    for (const engine of engines) await drain(engine)
  }
  /** Everything that is stored of the tenant's items, but for when it was. */
  const items = ({ tenantId }: Ctx) =>
    sql(
      `select to_jsonb(w) - 'tenant_id' - 'derived_at' - 'source_value' as item from work_items w where w.tenant_id = $1 order by w.source, w.item_key`,
      [tenantId],
    ).then((rows) => rows.map(({ item }) => item as Record<string, unknown>))
  const stream = (ctx: Ctx, id: string, ...sources: (readonly [kind: string, value: string])[]) =>
    sql(
      `with s as (insert into stream (tenant_id, id, kind, name) values ($1, $2, 'delivery', $2))
      insert into stream_source (tenant_id, stream_id, kind, value) select $1, $2, k, v from unnest($3::text[], $4::text[]) as u(k, v)`,
      [ctx.tenantId, id, sources.map(([kind]) => kind), sources.map(([, value]) => value)],
    )

  return { ...db, eventLog, facts, flow, insert, settle, items, stream }
}
