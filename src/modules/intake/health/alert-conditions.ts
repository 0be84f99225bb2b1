/** What can go wrong where events come in. */
import type { AlertCondition, Finding } from '#kernel/alerts/index.ts'
import { readPlatformSetting, readSettingOfTenants } from '#kernel/settings/index.ts'
import { lastEvents, pendingEvents, refusedLately } from './queries.ts'
import { queueDepthHigh, signatureFailuresHigh, staleAfterMinutes } from './settings.ts'
import { howLong } from './sources-health.ts'

const names = { github: 'GitHub', jira: 'Jira' } as const
const burstMinutes = 10

/** A source that never sent is not stale: it is not connected. */
const staleSource = (source: 'github' | 'jira'): AlertCondition => ({
  name: `integration_stale_${source}`,
  severity: 'MEDIUM',
  summary: `No ${names[source]} events received in the last 2 hours`,
  visibleTo: 'tenant',
  evaluate: (database) =>
    database.platformTx('stale sources', async (tx) => {
      const { of: limitOf } = await readSettingOfTenants(tx, staleAfterMinutes)
      return (await tx.rows(lastEvents, { source })).flatMap(({ tenantId, minutesSince }): Finding[] => {
        const threshold = limitOf(tenantId)
        if (minutesSince < threshold) return []
        const detail = `The last event of ${names[source]} came ${howLong(minutesSince)} ago.`
        return [{ tenantId, subject: source, detail, value: Math.floor(minutesSince), threshold }]
      })
    }),
})

const queueDepth: AlertCondition = {
  name: 'event_queue_depth_high',
  severity: 'HIGH',
  summary: 'At least 1,000 events are pending',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('queue depth', async (tx) => {
      const threshold = await readPlatformSetting(tx, queueDepthHigh)
      const value = (await tx.row(pendingEvents, undefined))!.count
      if (value < threshold) return []
      return [{ tenantId: null, subject: '', detail: `${value} events are pending.`, value, threshold }]
    }),
}

const signatureFailures: AlertCondition = {
  name: 'signature_failure_burst',
  severity: 'HIGH',
  summary: 'Many webhooks of one source are refused for their signature',
  visibleTo: 'tenant',
  evaluate: (database) =>
    database.platformTx('signature failures', async (tx) => {
      const { of: limitOf } = await readSettingOfTenants(tx, signatureFailuresHigh)
      const rows = await tx.rows(refusedLately, { minutes: burstMinutes })
      return rows.flatMap(({ tenantId, source, count, withoutSecret }): Finding[] => {
        const threshold = limitOf(tenantId)
        if (count < threshold) return []
        const why = withoutSecret > 0 ? ', because the source has no secret' : ''
        const detail = `${count} requests of ${source} were refused within ${burstMinutes} minutes${why}.`
        return [{ tenantId, subject: source, detail, value: count, threshold }]
      })
    }),
}

export const intakeConditions: readonly AlertCondition[] = [
  staleSource('github'),
  staleSource('jira'),
  queueDepth,
  signatureFailures,
]
