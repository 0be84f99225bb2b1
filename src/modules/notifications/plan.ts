/** Writes down who is to be told, for one tenant or, as the schedule does, for all. */
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import {
  hastenEnded,
  lockPlan,
  type Planned,
  planOpenings,
  planReminders,
  planResolutions,
  reviveSkipped,
} from './plan-queries.ts'
import { tenantsWithChannels } from './queries.ts'
import { remindAfterHours } from './settings.ts'

/** Of these alerts, or of all that are open or ended lately. Returns how many notifications were written. */
export async function planNotifications(tx: TenantTx, alertIds: readonly string[] | null): Promise<number> {
  const planned: Planned = { tenantId: tx.tenantId, alertIds }
  await tx.run(lockPlan, planned)
  const hours = await readSetting(tx, remindAfterHours)
  const openings = await tx.run(planOpenings, planned)
  const reminders = await tx.run(planReminders, { ...planned, hours })
  const resolutions = await tx.run(planResolutions, planned)
  await tx.run(hastenEnded, planned)
  // A worker that saw the channel as it was before its change may have left it out just after.
  await tx.run(reviveSkipped, { ...planned, channelId: null })
  return openings + reminders + resolutions
}

/** The net below the subscriber, and what reminds: each tenant that has a channel, one after the other. */
export async function planForAll(database: Database): Promise<string> {
  const tenants = await database.platformTx('tenants with channels', (tx) => tx.rows(tenantsWithChannels, undefined))
  let written = 0
  for (const { tenantId } of tenants)
    written += await database.tenantTx({ tenantId }, (tx) => planNotifications(tx, null))
  return `${written} notifications written for ${tenants.length} tenants`
}
