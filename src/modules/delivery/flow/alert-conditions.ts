/** Whether work in progress lies longer than work used to take. */
import { z } from 'zod'
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { type Database, databaseNow } from '#kernel/database/index.ts'
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

/** A tenant's items finished on its last days, before an instant, by how many calendar days they took. */
const cyclesOfTenant = statement({
  name: 'flow.cycles-of-tenant',
  row: z.object({ value: z.number(), items: z.number() }),
  sample: { tenantId: '00000000-0000-0000-0000-000000000000', days: 1, before: new Date(0) },
  sql: ({ tenantId, days, before }: { tenantId: string; days: number; before: Date }) => sql`
    select (w.finished_at at time zone t.time_zone)::date - (w.started_at at time zone t.time_zone)::date + 1 as "value",
      count(*) as "items"
    from tenant t join work_items w on w.tenant_id = t.id and w.deleted_at is null and w.started_at is not null
      and w.finished_at < ${before}::timestamptz
      and w.finished_at >= ((app.now() at time zone t.time_zone)::date - ${days}::int + 1)::timestamp at time zone t.time_zone
    where t.id = ${tenantId}::uuid group by 1`,
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

type Asked = { readonly tenantId: string; readonly days: number; readonly least: number; readonly hour: Date }
type History = Pick<Asked, 'days' | 'hour'> & { readonly p85: number | null; readonly n: number }

/**
 * How long work took in a tenant. Up to a year of items says little else from one minute to the next, so it is read once an hour, of each tenant by
 * itself, and only what was finished before the hour began: so all processes are of one opinion whenever each of them read it.
 */
function historyOnceAnHour() {
  const remembered = new Map<string, History>()
  return async (database: Database, { tenantId, days, least, hour }: Asked): Promise<History> => {
    const known = remembered.get(tenantId)
    // Too little of it is soon read, and may soon be enough.
    if (known?.days === days && known.hour.getTime() === hour.getTime() && known.n >= least) return known
    const bins = await database.tenantTx({ tenantId }, (tx) =>
      tx.rows(cyclesOfTenant, { tenantId, days, before: hour }),
    )
    const { p85, n } = cycleTime(bins)
    const history = { days, hour, p85, n }
    remembered.set(tenantId, history)
    return history
  }
}

const hourMs = 3_600_000

/** What the condition needs of all tenants each minute: their settings, and the ages of what is in progress. */
const lookAtAll = (database: Database) =>
  database.platformTx('aging work items', async (tx) => ({
    hour: new Date(Math.floor((await databaseNow(tx)).getTime() / hourMs) * hourMs),
    limitOf: (await readSettingOfTenants(tx, agingItems)).of,
    leastOf: (await readSettingOfTenants(tx, agingHistory)).of,
    daysOf: (await readSettingOfTenants(tx, agingDays)).of,
    ages: Map.groupBy(await tx.rows(agesOfTenants, undefined), ({ tenantId }) => tenantId),
  }))

export const workItemAging = (): AlertCondition => {
  const historyOf = historyOnceAnHour()
  return {
    name: 'work_item_aging',
    severity: 'LOW',
    summary: 'More than 5 items in progress are older than 85 % of the finished ones took',
    visibleTo: 'tenant',
    async evaluate(database) {
      const { hour, limitOf, leastOf, daysOf, ages } = await lookAtAll(database)
      const found: Finding[] = []
      for (const [tenantId, rows] of ages) {
        const [threshold, days, least] = [limitOf(tenantId), daysOf(tenantId), leastOf(tenantId)]
        if (rows.reduce((total, { items }) => total + items, 0) <= threshold) continue
        const { p85, n } = await historyOf(database, { tenantId, days, least, hour })
        const open = rows.map(({ ageDays, items }) => ({ value: ageDays, items }))
        const { p85: value } = passedCounts(open, { p50: null, p70: null, p85 })
        if (value === null || n < least || value <= threshold) continue
        const oldest = Math.max(...open.map((bin) => bin.value))
        const detail = `${value} items in progress are older than ${p85} days, which 85 % of the ${n} items finished in the last ${days} days did not exceed; the oldest is ${oldest} days old.`
        found.push({ tenantId, subject: '', detail, value, threshold })
      }
      return found
    },
  }
}
