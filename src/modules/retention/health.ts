/** What can go wrong with the archive, for alerts and for `daytwo doctor`. */
import type { AlertCondition } from '#kernel/alerts/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import type { Store } from '#kernel/store/index.ts'
import { failedRuns } from './queries.ts'

export const archiveFailed: AlertCondition = {
  name: 'archive_failed',
  severity: 'HIGH',
  summary: 'The last run of retention could not archive or verify a table; nothing of it was purged.',
  visibleTo: 'platform',
  async evaluate(database) {
    const failed = await database.platformTx('look for failed archives', (tx) => tx.rows(failedRuns, undefined))
    return failed.map(({ tenantId, table, detail }) => ({
      tenantId,
      subject: table,
      detail: `${table}: ${detail}`,
      value: 1,
      threshold: 1,
    }))
  },
}

export const archiveChecks = ({ database, store }: { database: Database; store: Store }): readonly DoctorCheck[] => [
  {
    name: 'retention.archive',
    summary: 'The archive can be read, and the last run of retention archived every table',
    async check() {
      const failed = await database.platformTx('look for failed archives', (tx) => tx.rows(failedRuns, undefined))
      const found = failed.map(
        ({ tenantId, table, detail }): Diagnosis => ({
          level: 'fault',
          finding: `Retention of ${table} failed for tenant ${tenantId}: ${detail}`,
          fix: 'Mend the store (space, permissions, credentials), then: daytwo scheduler:enforce-data-retention',
        }),
      )
      return [...found, await readable(store)]
    },
  },
]

async function readable(store: Store): Promise<Diagnosis> {
  try {
    for await (const _ of store.list('deployment_records/')) break
    return { level: 'ok', finding: `The archive in ${store.place} can be read.` }
  } catch (error) {
    return {
      level: 'fault',
      finding: `The archive in ${store.place} cannot be read: ${(error as Error).message}`,
      fix: 'Check ARCHIVE_DIR or the S3_* variables, and who may read and write there.',
    }
  }
}
