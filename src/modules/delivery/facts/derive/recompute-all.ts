/** Marks everything a tenant has to be derived again: after a setting changed that derivation depends on. */
import { z } from 'zod'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { factsRecorded } from '../events.ts'

const allRepositories = statement({
  name: 'delivery.all-repositories',
  row: z.object({ repository: z.string() }),
  sample: undefined,
  sql: () => sql`
    select d.repository as "repository" from deployment_records d group by d.repository order by d.repository`,
})
const allIncidents = statement({
  name: 'delivery.all-incidents',
  row: z.object({ source: z.string(), key: z.string() }),
  sample: undefined,
  sql: () => sql`
    select distinct e.source as "source", e.incident_key as "key" from incident_events e
    union select i.source, i.incident_key from incidents i order by 1, 2`,
})

/** One piece of work each, so that a large tenant is not one transaction. */
const incidentsAtOnce = 1000

/** In the caller's transaction, so that a setting and its consequence are one. Returns how much was marked. */
export async function markAll(tx: TenantTx, eventLog: EventLog): Promise<{ repositories: number; incidents: number }> {
  const repositories = await tx.rows(allRepositories, undefined)
  const incidents = await tx.rows(allIncidents, undefined)
  for (const { repository } of repositories)
    await eventLog.publish(tx, factsRecorded, { repositories: [repository], incidents: [] })
  for (let at = 0; at < incidents.length; at += incidentsAtOnce)
    await eventLog.publish(tx, factsRecorded, {
      repositories: [],
      incidents: incidents.slice(at, at + incidentsAtOnce),
    })
  return { repositories: repositories.length, incidents: incidents.length }
}

export async function recomputeAll(
  { database, eventLog }: { database: Database; eventLog: EventLog },
  ctx: Context,
): Promise<{ repositories: number; incidents: number }> {
  requirePermission(ctx, 'delivery:write')
  return database.tenantTx(ctx, (tx) => markAll(tx, eventLog))
}
