/** Sprints on a real database, for their tests: facts in, snapshots out, replies as the API tells them. */
import type { Context } from '#kernel/context/index.ts'
import { makeEventLog } from '#kernel/events/index.ts'
import { makeHttp } from '#kernel/http/index.ts'
import { drain, makeEngine, type Work } from '#kernel/work/index.ts'
import { deliveryFacts, workItemsRecorded } from '#modules/delivery/facts/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { deliverySprints } from './index.ts'
import type { SprintReply, VelocityReply } from './schemas.ts'

export type FactRow = {
  item_key: string
  external_id: string
  project_key: string
  action: string
  field?: string
  from_value?: string
  to_value?: string
  points?: number
  occurred_at: string | Date
  recorded_at?: string | Date
}
type Ctx = { readonly tenantId: string }

export async function sprintBench() {
  const db = await testDatabase()
  const { database, sql } = db
  const eventLog = makeEventLog()
  const sprints = deliverySprints.start({ database, eventLog })
  const facts = deliveryFacts.start({
    database,
    eventLog,
    hashPerson: (login) => login,
    beforeWorkItemsGo: sprints.port.beforeFactsGo,
  })
  const subscribers = [...(facts.subscribers ?? []), ...(sprints.subscribers ?? [])]
  eventLog.connect(subscribers)
  const engines = subscribers.map(({ work }) => makeEngine(work as unknown as Work, database, silentLog))
  let caller: Context
  const http = await makeHttp({
    log: silentLog,
    requestTimeoutMs: 30_000,
    authenticators: [async () => caller],
    production: false,
  })
  await http.register(async (scope) => sprints.routes!(scope as typeof http), { prefix: '/api/v1' })

  /** Facts as rows, without anybody being told. */
  async function insert({ tenantId }: Ctx, rows: readonly FactRow[]) {
    const given = rows.map((row) => ({
      source: 'jira',
      recorded_at: row.occurred_at,
      ...row,
      tenant_id: tenantId,
    }))
    const columns =
      'tenant_id, source, item_key, external_id, project_key, action, field, from_value, to_value, points, occurred_at, recorded_at'
    await sql(
      `insert into work_item_events (${columns})
      select ${columns} from jsonb_populate_recordset(null::work_item_events, $1::jsonb) on conflict do nothing`,
      [JSON.stringify(given)],
    )
  }
  const settle = async () => {
    for (const engine of engines) await drain(engine)
  }
  /** Facts that a processor recorded, and everything that follows from them. */
  async function tell(ctx: Ctx, ...rows: readonly FactRow[]) {
    await insert(ctx, rows)
    const items = rows.map(({ item_key: key }) => ({ source: 'jira', key }))
    await database.tenantTx(ctx, (tx) => eventLog.publish(tx, workItemsRecorded, { items }))
    await settle()
  }
  async function asked(ctx: Context, url: string, query: Record<string, string> = {}) {
    caller = ctx
    const reply = await http.inject({ url: `/api/v1${url}`, query })
    return { status: reply.statusCode, body: reply.json() as Record<string, never> }
  }
  async function ok<T>(ctx: Context, url: string, query: Record<string, string>): Promise<T> {
    const { status, body } = await asked(ctx, url, query)
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
    return body as T
  }
  const velocity = (ctx: Context, query: Record<string, string> = {}) =>
    ok<VelocityReply>(ctx, '/metrics/velocity', { from: '2026-01-01', to: '2026-12-31', ...query })
  const sprint = (ctx: Context, id: number, query: Record<string, string> = {}) =>
    ok<SprintReply>(ctx, `/sprints/${id}`, query)
  /** Every revision's items as one line each. */
  const revisions = async ({ tenantId }: Ctx) =>
    (
      await sql(
        `select t.sprint_id, t.kind, t.revision, t.taken_for, t.reconstructed, t.name, t.points, t.completed_points,
          (select string_agg(concat_ws(' ', i.item_key, i.outcome, coalesce(i.committed::text, '?'), coalesce(i.points::text, '-')), ', '
            order by i.item_key) from sprint_snapshot_item i
            where i.tenant_id = t.tenant_id and i.sprint_id = t.sprint_id and i.kind = t.kind and i.revision = t.revision) as items
        from sprint_snapshot t where t.tenant_id = $1 order by t.sprint_id, t.kind desc, t.revision`,
        [tenantId],
      )
    ).map((row) => row as Record<string, unknown>)
  const stream = (ctx: Ctx, id: string, ...projects: string[]) =>
    sql(
      `with s as (insert into stream (tenant_id, id, kind, name) values ($1, $2, 'delivery', $2))
      insert into stream_source (tenant_id, stream_id, kind, value) select $1, $2, 'jira_project', v from unnest($3::text[]) as u(v)`,
      [ctx.tenantId, id, projects],
    )
  return { ...db, eventLog, facts, sprints, insert, tell, settle, asked, velocity, sprint, revisions, stream }
}

/** Facts in few words; `at` is a time of March 2026 as `02T10:00`. */
export const time = (at: string): string => `2026-03-${at}Z`
export const sprintFact = (
  id: number,
  action: 'started' | 'closed',
  at: string,
  more: Partial<FactRow> = {},
): FactRow => ({
  item_key: `sprint:${id}`,
  external_id: `${action}:${at}`,
  project_key: 'board:3',
  action,
  to_value: `Sprint ${id}`,
  occurred_at: time(at),
  ...more,
})
let change = 100
export const itemFact = (key: string, at: string, more: Partial<FactRow>): FactRow => ({
  item_key: key,
  external_id: `${change++}:${more.field ?? more.action}:0`,
  project_key: key.split('-')[0]!,
  action: 'changed',
  occurred_at: time(at),
  ...more,
})
export const created = (key: string, at: string) => itemFact(key, at, { action: 'created', external_id: 'created' })
export const moved = (key: string, at: string, from: string, to: string) =>
  itemFact(key, at, { field: 'sprint', from_value: from, to_value: to })
export const sized = (key: string, at: string, points: number, from?: string) =>
  itemFact(key, at, { field: 'points', points, to_value: String(points), ...(from ? { from_value: from } : {}) })
export const became = (key: string, at: string, category: string) =>
  itemFact(key, at, { field: 'status_category', to_value: category })
