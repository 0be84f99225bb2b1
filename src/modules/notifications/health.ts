/** What can go wrong with telling people, for the alerts and the doctor. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { DoctorCheck } from '#kernel/doctor/index.ts'
import { failingChannels, tenantsWithChannels } from './queries.ts'

/** Told over the tenant's other channels, and in the console. */
export const notificationsFailing: AlertCondition = {
  name: 'notifications_failing',
  severity: 'HIGH',
  summary: 'A channel takes no notifications of alerts',
  visibleTo: 'tenant',
  evaluate: async (database) => {
    const failing = await database.platformTx('failing channels', (tx) => tx.rows(failingChannels, undefined))
    return failing.map(({ tenantId, name, failure, failed }) => ({
      tenantId,
      subject: name,
      detail: `Within a day ${failed} notifications to ${name} failed for good. ${failure}`,
      value: failed,
      threshold: 0,
    }))
  },
}

export const notificationChecks = (database: Database, heartbeatUrl: string | undefined): DoctorCheck[] => [
  {
    name: 'notifications.channels',
    summary: 'Somebody is told about alerts',
    async check() {
      const [tenants, failing] = await database.platformTx('channels', async (tx) => [
        await tx.rows(tenantsWithChannels, undefined),
        await tx.rows(failingChannels, undefined),
      ])
      if (tenants.length === 0)
        return [
          {
            level: 'warning',
            finding: 'No tenant has a channel: alerts are seen in the console only.',
            fix: 'Add a channel on the page Notifications, or with POST /api/v1/notification-channels.',
          },
        ]
      if (failing.length === 0)
        return [{ level: 'ok', finding: `${tenants.length} tenants have channels, and none of them fails.` }]
      return failing.map(({ name, failure }) => ({
        level: 'warning' as const,
        finding: `The channel ${name} takes no notifications: ${failure}`,
        fix: 'Mend it on the page Notifications, try its test, then requeue what failed.',
      }))
    },
  },
  {
    name: 'notifications.heartbeat',
    summary: 'Somebody outside notices when daytwo is down',
    async check() {
      return [
        heartbeatUrl === undefined
          ? {
              level: 'ok',
              finding: 'No HEARTBEAT_URL is given: nobody outside notices when daytwo itself is down.',
              fix: 'Set HEARTBEAT_URL to the address of a dead-man’s switch, and restart.',
            }
          : { level: 'ok', finding: `The heartbeat goes to ${new URL(heartbeatUrl).host} each minute.` },
      ]
    },
  },
]
