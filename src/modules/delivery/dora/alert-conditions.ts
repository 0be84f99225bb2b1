/** Whether deployments can be traced to the tickets they deliver. */
import { z } from 'zod'
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { defineSetting, readSettingOfTenants } from '#kernel/settings/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'

const traceabilityLow = defineSetting({
  name: 'delivery.traceability_low_percent',
  summary: 'A smaller percentage of production deployments with a linked ticket than this raises an alert.',
  schema: z.number().min(0).max(100),
  default: 80,
})
const traceabilityDays = defineSetting({
  name: 'delivery.traceability_days',
  summary: 'Days of deployments that are looked at.',
  schema: z.number().int().min(1).max(365),
  default: 30,
})
const traceabilityDeployments = defineSetting({
  name: 'delivery.traceability_min_deployments',
  summary: 'Fewer deployments than this say nothing.',
  schema: z.number().int().min(1).max(1_000_000),
  default: 5,
})
export const traceabilitySettings = [traceabilityDays, traceabilityDeployments, traceabilityLow] as const

/** Deployments of every tenant by how many days ago: each tenant has a window of its own. */
const ticketedByDay = statement({
  name: 'dora.ticketed-by-day',
  row: z.object({
    tenantId: z.string(),
    daysAgo: z.number(),
    deployments: z.number(),
    withChanges: z.number(),
    ticketed: z.number(),
  }),
  sample: { days: 1 },
  sql: ({ days }: { days: number }) => sql`
    select d.tenant_id as "tenantId", (app.now() at time zone t.time_zone)::date - d.day as "daysAgo",
      d.deployments as "deployments", d.deployments_with_changes as "withChanges", d.ticketed as "ticketed"
    from tenant t join dora_daily d on d.tenant_id = t.id and d.stream_id = 'all'
      and d.day > (app.now() at time zone t.time_zone)::date - ${days}::int
    where t.status = 'ready'`,
})

export const traceability: AlertCondition = {
  name: 'deployment_traceability_low',
  severity: 'LOW',
  summary: 'Less than 80 % of the production deployments have a linked ticket',
  visibleTo: 'tenant',
  evaluate: (database) =>
    database.platformTx('traceability', async (tx) => {
      const { of: limitOf } = await readSettingOfTenants(tx, traceabilityLow)
      const { of: daysOf, inUse } = await readSettingOfTenants(tx, traceabilityDays)
      const { of: leastOf } = await readSettingOfTenants(tx, traceabilityDeployments)
      const rows = (await tx.rows(ticketedByDay, { days: Math.max(...inUse) })).filter(
        ({ tenantId, daysAgo }) => daysAgo < daysOf(tenantId),
      )
      return [...Map.groupBy(rows, ({ tenantId }) => tenantId)].flatMap(([tenantId, days]): Finding[] => {
        const total = (count: (row: (typeof days)[number]) => number) => days.reduce((sum, row) => sum + count(row), 0)
        const deployments = total((row) => row.deployments)
        const ticketed = total((row) => row.ticketed)
        const threshold = limitOf(tenantId)
        if (deployments < leastOf(tenantId) || (100 * ticketed) / deployments >= threshold) return []
        const value = Math.floor((1000 * ticketed) / deployments) / 10
        const unknown = deployments - total((row) => row.withChanges)
        const note = unknown > 0 ? ` The changes of ${unknown} are not known: no push events came for them.` : ''
        const detail = `${ticketed} of ${deployments} production deployments of the last ${daysOf(tenantId)} days (${value} %) have a linked ticket.${note}`
        return [{ tenantId, subject: '', detail, value, threshold }]
      })
    }),
}
