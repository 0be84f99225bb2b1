/** Derivation on a real database, for its tests: record facts as processors do, and look at what became of them. */
import { ok } from 'node:assert/strict'
import { makeEventLog } from '#kernel/events/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { derive } from './derive.ts'
import { type FactRow, insertFacts } from './test-facts.ts'

type Ctx = { tenantId: string }

export async function deriveBench() {
  const { database, sql, tenant } = await testDatabase()
  const eventLog = makeEventLog()

  /** What processors say they touched when they record these. */
  const touchedBy = (facts: readonly FactRow[]) => ({
    repositories: [
      ...new Set(facts.filter(({ table }) => table !== 'incident_events').map(({ row }) => String(row.repository))),
    ],
    incidents: facts
      .filter(({ table }) => table === 'incident_events')
      .map(({ row }) => ({ source: String(row.source), key: String(row.incident_key) })),
  })
  async function record(ctx: Ctx, facts: readonly FactRow[]) {
    await insertFacts(sql, ctx.tenantId, facts)
    await database.tenantTx(ctx, (tx) => derive(tx, eventLog, [touchedBy(facts)]))
  }

  /** All derived tables by natural keys. */
  async function derived({ tenantId }: Ctx) {
    const of = (text: string) => sql(text, [tenantId])
    const key = `d.source || ':' || d.external_id`
    return {
      deployments: await of(
        `select ${key} as key, d.counted, d.counted_at, d.rework_reason, d.ticket_links from deployment_records d where tenant_id = $1 order by 1`,
      ),
      changes: await of(
        `select ${key} as deployment, to_jsonb(c) - 'deployment_id' - 'tenant_id' - 'derived_at' as change from changes c join deployment_records d on d.tenant_id = c.tenant_id and d.id = c.deployment_id where c.tenant_id = $1 order by c.repository, c.sha`,
      ),
      incidents: await of(
        `select i.source, i.incident_key, ${key} as deployment, to_jsonb(i) - 'deployment_id' - 'id' - 'tenant_id' - 'derived_at' as incident from incidents i left join deployment_records d on d.tenant_id = i.tenant_id and d.id = i.deployment_id where i.tenant_id = $1 order by 1, 2`,
      ),
      failures: await of(
        `select ${key} as deployment, to_jsonb(f) - 'deployment_id' - 'tenant_id' - 'derived_at' as failure from deployment_failures f join deployment_records d on d.tenant_id = f.tenant_id and d.id = f.deployment_id where f.tenant_id = $1 order by 1, f.cause, f.cause_key`,
      ),
    }
  }
  /** Days that were said to have changed since the last time this was asked. */
  async function daysSaid({ tenantId }: Ctx): Promise<string[]> {
    const rows = await sql(
      `delete from domain_event where tenant_id = $1 and name = 'delivery.days-changed' returning payload`,
      [tenantId],
    )
    ok(rows.length <= 1, 'one event for one derivation')
    const days = rows.flatMap(({ payload }) => (payload as { days: { stream: string; day: string }[] }).days)
    return days.map(({ stream, day }) => `${stream} ${day}`).sort()
  }
  const forgetDays = ({ tenantId }: Ctx) => sql('delete from domain_event where tenant_id = $1', [tenantId])
  const stream = (ctx: Ctx, id: string, kind: string, value: string) =>
    sql(
      `with s as (insert into stream (tenant_id, id, kind, name) values ($1, $2, 'delivery', $2) on conflict do nothing)
    insert into stream_source (tenant_id, stream_id, kind, value) values ($1, $2, $3, $4)`,
      [ctx.tenantId, id, kind, value],
    )
  const attributed = async (ctx: Ctx) =>
    Object.fromEntries(
      (await derived(ctx)).incidents.map((row) => [
        row.incident_key,
        [row.deployment, (row.incident as { method: string }).method],
      ]),
    )

  return { database, sql, tenant, eventLog, touchedBy, record, derived, daysSaid, forgetDays, stream, attributed }
}
