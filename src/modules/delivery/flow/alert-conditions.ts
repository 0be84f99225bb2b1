/** Whether work in progress lies longer than work used to take. */
import { z } from 'zod'
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { defineSetting, readSettingOfTenants } from '#kernel/settings/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { cycleTime, passedCounts } from './measure.ts'

const agingItems = defineSetting({
  name: 'delivery.aging_items',
  summary: 'More items in progress than this, each older than 85 % of the finished ones took, raise an alert.',
  schema: z.number().int().min(0).max(100_000),
  default: 5,
})
const agingDays = defineSetting({
  name: 'delivery.aging_history_days',
  summary: 'Days of finished items that the age of open ones is compared with.',
  schema: z.number().int().min(7).max(365),
  default: 90,
})
const agingHistory = defineSetting({
  name: 'delivery.aging_min_finished',
  summary: 'Fewer finished items than this say nothing about how long work takes.',
  schema: z.number().int().min(1).max(1_000_000),
  default: 20,
})
export const agingSettings = [agingDays, agingHistory, agingItems] as const

/** Finished items by how long ago and how many calendar days they took, of every tenant. */
const cyclesOfTenants = statement({
  name: 'flow.cycles-of-tenants',
  row: z.object({ tenantId: z.string(), daysAgo: z.number(), cycleDays: z.number(), items: z.number() }),
  sample: { days: 1 },
  sql: ({ days }: { days: number }) => sql`
    select t.id as "tenantId", (app.now() at time zone t.time_zone)::date - (w.finished_at at time zone t.time_zone)::date as "daysAgo",
      (w.finished_at at time zone t.time_zone)::date - (w.started_at at time zone t.time_zone)::date + 1 as "cycleDays",
      count(*) as "items"
    from tenant t join work_items w on w.tenant_id = t.id and w.deleted_at is null and w.started_at is not null
      and w.finished_at > app.now() - (${days}::int + 1) * interval '1 day'
    where t.status = 'ready' group by 1, 2, 3`,
})
const agesOfTenants = statement({
  name: 'flow.ages-of-tenants',
  row: z.object({ tenantId: z.string(), ageDays: z.number(), items: z.number() }),
  sample: undefined,
  sql: () => sql`
    select t.id as "tenantId", (app.now() at time zone t.time_zone)::date - (w.started_at at time zone t.time_zone)::date + 1 as "ageDays",
      count(*) as "items"
    from tenant t join work_items w on w.tenant_id = t.id and w.deleted_at is null and w.finished_at is null and w.started_at is not null
    where t.status = 'ready' group by 1, 2`,
})

export const workItemAging: AlertCondition = {
  name: 'work_item_aging',
  severity: 'LOW',
  summary: 'More than 5 items in progress are older than 85 % of the finished ones took',
  visibleTo: 'tenant',
  evaluate: (database) =>
    database.platformTx('aging work items', async (tx) => {
      const { of: limitOf } = await readSettingOfTenants(tx, agingItems)
      const { of: leastOf } = await readSettingOfTenants(tx, agingHistory)
      const { of: daysOf, inUse } = await readSettingOfTenants(tx, agingDays)
      const cycles = (await tx.rows(cyclesOfTenants, { days: Math.max(...inUse) })).filter(
        ({ tenantId, daysAgo }) => daysAgo < daysOf(tenantId),
      )
      const ages = Map.groupBy(await tx.rows(agesOfTenants, undefined), ({ tenantId }) => tenantId)
      return [...Map.groupBy(cycles, ({ tenantId }) => tenantId)].flatMap(([tenantId, rows]): Finding[] => {
        const { p85, n } = cycleTime(rows.map(({ cycleDays, items }) => ({ value: cycleDays, items })))
        const open = (ages.get(tenantId) ?? []).map(({ ageDays, items }) => ({ value: ageDays, items }))
        const { p85: value } = passedCounts(open, { p50: null, p70: null, p85 })
        const threshold = limitOf(tenantId)
        if (value === null || n < leastOf(tenantId) || value <= threshold) return []
        const oldest = Math.max(...open.map((bin) => bin.value))
        const detail = `${value} items in progress are older than ${p85} days, which 85 % of the ${n} items finished in the last ${daysOf(tenantId)} days did not exceed; the oldest is ${oldest} days old.`
        return [{ tenantId, subject: '', detail, value, threshold }]
      })
    }),
}
