/** A run of retention over all tenants and tables. A table at fault is left as it is and the others go on. */
import type { PlatformTx } from '#kernel/database/index.ts'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import { type Done, enforceDay, type RetentionDeps } from './enforce-day.ts'
import { firstKeptDay, listTenants, recordRun, stillHere, tryRunLock } from './queries.ts'
import { tableStatements } from './table-statements.ts'

export type RunReport = { progress?: ((note: { table: string; day: string; purged: number }) => void) | undefined }

/** Text for the schedule's outcome; throws when a table failed, after all others were done. */
export async function enforceRetention(
  deps: RetentionDeps,
  policies: readonly RetentionPolicy[],
  { progress }: RunReport = {},
): Promise<string> {
  // The lock lives as long as this transaction, and so no longer than the process; the work itself uses other connections.
  return deps.database.platformTx('enforce retention', async (lock) => {
    if (!(await lock.row(tryRunLock, undefined))!.mine) return 'another run is under way'
    const held = holdLock(lock)
    try {
      return await enforceAll(deps, policies, { progress, held })
    } finally {
      held.stop()
    }
  })
}

type Held = {
  /** Throws when the lock was lost, so that two runs never work side by side. */
  check(): void
  stop(): void
}
const beatMs = 5000

/** A transaction that says nothing is ended as frozen; this one says something. */
function holdLock(lock: PlatformTx): Held {
  let lost: unknown
  const timer = setInterval(() => {
    lock.run(stillHere, undefined).catch((error) => {
      lost ??= error
    })
  }, beatMs)
  return {
    check() {
      if (lost) throw new Error('the run lost its lock and stops', { cause: lost })
    },
    stop: () => clearInterval(timer),
  }
}

async function enforceAll(
  deps: RetentionDeps,
  policies: readonly RetentionPolicy[],
  { progress, held }: RunReport & { held: Held },
): Promise<string> {
  const tenants = await deps.database.platformTx('list tenants for retention', (tx) => tx.rows(listTenants, undefined))
  const total = { archivedRows: 0, archivedFiles: 0, purged: 0 }
  const faults: string[] = []
  for (const { id, slug } of tenants)
    for (const policy of policies) {
      held.check()
      const done = await enforceTable(deps, id, policy, { progress, held })
      total.archivedRows += done.archivedRows
      total.archivedFiles += done.archivedFiles
      total.purged += done.purged
      faults.push(...done.faults.map((fault) => `${slug}: ${policy.table}: ${fault}`))
    }
  const outcome = `${total.archivedRows} rows archived in ${total.archivedFiles} files, ${total.purged} purged, ${tenants.length} tenants`
  if (faults.length > 0) throw new Error(`${outcome}; ${faults.length} at fault, first: ${faults[0]}`)
  return outcome
}

async function enforceTable(
  deps: RetentionDeps,
  tenantId: string,
  policy: RetentionPolicy,
  { progress, held }: RunReport & { held: Held },
): Promise<Done> {
  const total: Done = { archivedRows: 0, archivedFiles: 0, purged: 0, faults: [] }
  try {
    const before = await deps.database.tenantTx({ tenantId }, async (tx) => {
      const days = await readSetting(tx, policy.days)
      return (await tx.row(firstKeptDay, { days }))!.day
    })
    for (let from = '0001-01-01'; ; ) {
      held.check()
      const day = await nextDay(deps, policy, tenantId, from, before)
      if (day === null) break
      const done = await enforceDay(deps, { tenantId, policy, day, before })
      total.archivedRows += done.archivedRows
      total.archivedFiles += done.archivedFiles
      total.purged += done.purged
      total.faults.push(...done.faults)
      progress?.({ table: policy.table, day, purged: total.purged })
      from = dayAfter(day)
    }
  } catch (error) {
    total.faults.push(error instanceof Error ? error.message : String(error))
  }
  const [fault] = total.faults
  const run = {
    tenantId,
    table: policy.table,
    state: fault === undefined ? ('idle' as const) : ('failed' as const),
    detail: fault ?? `${total.archivedRows} rows archived in ${total.archivedFiles} files, ${total.purged} purged`,
  }
  await deps.database
    .tenantTx({ tenantId }, (tx) => tx.run(recordRun, run))
    .catch((error) => total.faults.push(error instanceof Error ? error.message : String(error)))
  return total
}

const nextDay = (deps: RetentionDeps, policy: RetentionPolicy, tenantId: string, from: string, before: string) =>
  deps.database.tenantTx(
    { tenantId },
    async (tx) => (await tx.row(tableStatements(policy).nextDay, { tenantId, from, before }))?.day ?? null,
    { statementTimeoutMs: 120_000 },
  )

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
