/** What is kept how long, and how the last run went, for one tenant. */
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { readSetting } from '#kernel/settings/index.ts'
import type { Store } from '#kernel/store/index.ts'
import { archivedTotals, listRuns } from './queries.ts'
import type { RetentionReply } from './schemas.ts'
import { tableStatements } from './table-statements.ts'

export function readRetention(
  { database, store, policies }: { database: Database; store: Store; policies: readonly RetentionPolicy[] },
  ctx: Context,
): Promise<RetentionReply> {
  requirePermission(ctx, 'operations:read')
  return database.tenantRead(ctx, async (tx) => {
    const runs = new Map((await tx.rows(listRuns, undefined)).map((run) => [run.table, run]))
    const totals = await tx.rows(archivedTotals, undefined)
    const archived = new Map(totals.map((total) => [total.table, total]))
    const rows: RetentionReply['policies'] = []
    for (const policy of policies) {
      const { table, days } = policy
      const run = runs.get(table)
      const oldest = await tx.row(tableStatements(policy).oldest, undefined)
      rows.push({
        table,
        days: await readSetting(tx, days),
        setting: days.name,
        oldest_recorded_at: oldest?.at?.toISOString() ?? null,
        last_run_at: run?.lastRunAt.toISOString() ?? null,
        archived_rows: archived.get(table)?.rows ?? 0,
        archived_files: archived.get(table)?.files ?? 0,
        state: run?.state ?? 'idle',
        detail: run?.detail ?? 'not run yet',
      })
    }
    const sum = (of: 'files' | 'rows' | 'bytes') => totals.reduce((total, one) => total + one[of], 0)
    return {
      policies: rows,
      archive: { store: store.place, files: sum('files'), rows: sum('rows'), bytes: sum('bytes') },
    }
  })
}
