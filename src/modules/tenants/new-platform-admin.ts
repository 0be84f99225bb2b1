/** Somebody new may do everything with the installation: whoever runs it should know the same day. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import { newPlatformAdmins } from './review-queries.ts'

const toldForHours = 24

export const newPlatformAdmin: AlertCondition = {
  name: 'new_platform_admin',
  severity: 'HIGH',
  summary: 'Somebody became administrator of the platform',
  visibleTo: 'platform',
  evaluate: (database) =>
    database.platformTx('new platform admins', async (tx) => {
      const found = await tx.rows(newPlatformAdmins, { hours: toldForHours })
      return found.map(({ subject, name, actor, at }) => ({
        tenantId: null,
        subject,
        detail: `${name} became administrator of the platform at ${at.toISOString()}, by ${actor}.`,
        value: 1,
        threshold: 0,
      }))
    }),
}
