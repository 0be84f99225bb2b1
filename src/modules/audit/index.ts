/** Door of the audit trail: a chain that cannot be changed unseen, searched, exported and followed; what stands out in it is reported. */
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { defineModule } from '#kernel/module.ts'
import type { Store } from '#kernel/store/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { reportAnomalies } from './anomalies/report.ts'
import { checkpointKey } from './checkpoint.ts'
import { makeCursors } from './cursor.ts'
import { makeFollowers } from './follow.ts'
import { anomaliesOpen, auditChecks, chainBrokenCondition } from './health.ts'
import { keepAuditLog } from './log-file.ts'
import { type Nightly, signChains, trails } from './nightly.ts'
import { alreadyAcknowledged, chainBroken, tooManyFollowers } from './problems.ts'
import { auditEventsDays, auditRetention } from './retention.ts'
import { auditRoutes } from './routes.ts'
import type { ChainDeps, Step } from './verify.ts'
import { verifyTrail } from './verify-trail.ts'

export type AuditPort = {
  /** Tenants that have a trail, those included of which only the archive still knows; by slug where they still have one. */
  tenants(): Promise<{ tenantId: string; slug: string | null }[]>
  /** Verifies the whole chain of the caller's tenant. */
  verify(ctx: Context, step?: Step): ReturnType<typeof verifyTrail>
  /** Verifies the newest segment of each chain and signs it. */
  sign(): Promise<Nightly>
  /** Looks for what stood out on that UTC day; by default on the last three. */
  report(day?: string): Promise<{ tenants: number; found: number }>
}

type Needs = { database: Database; store: Store; appKey: string; log: Logger }

export const auditTrail = defineModule({
  name: 'audit',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'audit:read', summary: 'Search and follow the audit trail, see its anomalies', least: 'admin' },
    { name: 'audit:export', summary: 'Export the audit trail', least: 'admin' },
    { name: 'audit:verify', summary: 'Verify the audit trail', least: 'admin' },
    { name: 'audit:acknowledge', summary: 'Acknowledge anomalies of the audit trail', least: 'admin' },
  ],
  problems: [chainBroken, tooManyFollowers, alreadyAcknowledged],
  settings: [auditEventsDays],
  start: ({ database, store, appKey, log }: Needs) => {
    const key = checkpointKey(appKey)
    const chain: ChainDeps = { database, store, key }
    const port: AuditPort = {
      tenants: () => trails(chain),
      verify: (ctx, step) => verifyTrail(chain, ctx, step),
      sign: () => signChains(chain),
      report: (day) => reportAnomalies(database, day),
    }
    const file = keepAuditLog(database, log)
    const routes = auditRoutes({ database, chain, cursors: makeCursors(appKey), followers: makeFollowers(database) })
    return {
      port,
      routes(http) {
        routes(http)
        // Nobody reads the lines of a silent log.
        if (log.isLevelEnabled('info')) file.start()
      },
      schedules: [
        {
          name: 'scheduler:sign-audit-trail',
          cron: '40 1 * * *',
          summary:
            'Verifies the newest events of each audit trail, signs them and copies the signature into the archive',
          async run() {
            const { tenants, signed, broken, copied } = await port.sign()
            return `${tenants} trails, ${signed} signed, ${copied} copied, ${broken} broken`
          },
        },
        {
          name: 'scheduler:report-audit-anomalies',
          cron: '20 5 * * *',
          summary: 'Looks for what stood out in yesterday’s audit trail',
          async run() {
            const { tenants, found } = await port.report()
            return `${found} anomalies in ${tenants} trails`
          },
        },
      ],
      retention: [auditRetention(key)],
      alerts: [chainBrokenCondition, anomaliesOpen],
      doctor: auditChecks(database),
      drain: () => file.stop(),
    }
  },
})
