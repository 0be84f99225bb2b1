/** What can go wrong with the trail, for alerts and for `daytwo doctor`. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { openAnomalies } from './anomalies/queries.ts'
import { brokenChains, uncheckedChains } from './chain-queries.ts'

const checkpointDays = 2

export const chainBrokenCondition: AlertCondition = {
  name: 'audit_chain_broken',
  severity: 'CRITICAL',
  summary: 'The last verification of the audit trail found events that were changed, removed or inserted.',
  visibleTo: 'tenant',
  async evaluate(database) {
    const broken = await database.platformTx('look for broken audit chains', (tx) => tx.rows(brokenChains, undefined))
    return broken.map(({ tenantId, faults }) => ({
      tenantId,
      subject: '',
      detail: `${faults.length} at fault, first: ${faults[0]!.detail}`,
      value: faults.length,
      threshold: 1,
    }))
  },
}

export const anomaliesOpen: AlertCondition = {
  name: 'audit_anomalies_unacknowledged',
  severity: 'MEDIUM',
  summary: 'The daily report of the audit trail found something that nobody has acknowledged yet.',
  visibleTo: 'tenant',
  async evaluate(database) {
    const open = await database.platformTx('look for open anomalies', (tx) => tx.rows(openAnomalies, undefined))
    return open.map(({ tenantId, open: count, worst, rules }) => ({
      tenantId,
      subject: '',
      detail: `${count} to acknowledge: ${rules.join(', ')}.`,
      value: count,
      threshold: 1,
      severity: worst,
    }))
  },
}

export const auditChecks = (database: Database): readonly DoctorCheck[] => [
  {
    name: 'audit.chain',
    summary: 'The audit trail is whole, and signed every day',
    async check() {
      const [broken, unchecked] = await database.platformTx('look at audit chains', async (tx) => [
        await tx.rows(brokenChains, undefined),
        await tx.rows(uncheckedChains, { days: checkpointDays }),
      ])
      const found: Diagnosis[] = broken.map(({ tenantId, slug, faults }) => ({
        level: 'fault',
        finding: `The audit trail of ${slug ?? tenantId} is not what was written: ${faults[0]!.detail}`,
        fix: `"daytwo audit:verify${slug ? ` --tenant ${slug}` : ''}" says all that is wrong. The archive and backups hold the events as they were.`,
      }))
      for (const { tenantId, slug, since } of unchecked)
        found.push({
          level: 'warning',
          finding: `Events of ${slug ?? tenantId} since ${since.toISOString()} are covered by no signed checkpoint.`,
          fix: 'A worker signs the trail every night: see that one runs. By hand: "daytwo scheduler:sign-audit-trail".',
        })
      return found.length > 0 ? found : [{ level: 'ok', finding: 'The audit trail is whole, and signed every day.' }]
    },
  },
]
