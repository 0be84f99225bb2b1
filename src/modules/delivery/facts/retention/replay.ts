import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { EventLog } from '#kernel/events/index.ts'
import type { Replay, RetainedRow } from '#kernel/retention/index.ts'
import { type Touched, tellRecorded } from '../events.ts'
import { linkPullRequestsOf } from '../link-pull-requests.ts'
import { type FactTable, factTables, replayCounts, replayImportedChanges, replayWrites } from './replay-queries.ts'

type Parsed = { readonly line: string; readonly row: RetainedRow }

export const replayOf = (
  { database, eventLog }: { database: Database; eventLog: EventLog },
  table: FactTable,
): Replay => ({
  order: factTables[table].order,
  byDefault: true,
  async write(tenantId, lines) {
    let written = 0
    const parsed = lines.map((line): Parsed => ({ line, row: JSON.parse(line) }))
    for (const batch of withoutRepetition(table, parsed))
      written += await database.tenantTx({ tenantId }, (tx) => writeBatch(tx, eventLog, table, batch), {
        statementTimeoutMs: 120_000,
      })
    return written
  },
})

/** A statement may meet each natural key once; a fact that was purged and recorded again stands twice in the archive. */
function withoutRepetition(table: FactTable, parsed: readonly Parsed[]): Parsed[][] {
  const batches: Parsed[][] = []
  const seen = new Map<string, number>()
  for (const one of parsed) {
    const key = JSON.stringify(factTables[table].key.map((name) => one.row[name]))
    const turn = seen.get(key) ?? 0
    seen.set(key, turn + 1)
    batches[turn] ??= []
    batches[turn].push(one)
  }
  return batches
}

async function writeBatch(tx: TenantTx, eventLog: EventLog, table: FactTable, batch: readonly Parsed[]) {
  const { tenantId } = tx
  const json = `[${batch.map(({ line }) => line).join(',')}]`
  const known = (await tx.row(replayCounts[table], { tenantId, json }))!.known
  await tx.run(replayWrites[table], { tenantId, json })
  const rows = batch.map(({ row }) => row)
  for (const { external_id, git_changes } of rows)
    if (table === 'deployment_records' && git_changes !== undefined)
      await tx.run(replayImportedChanges, {
        tenantId,
        json: JSON.stringify(git_changes),
        externalId: String(external_id),
      })
  const heads = table === 'commits' ? rows : []
  await linkPullRequestsOf(
    tx,
    pullRequestsIn(table, rows),
    heads.map(({ repository, sha }) => ({ repository: String(repository), sha: String(sha) })),
  )
  await tellRecorded(tx, eventLog, touchedBy(table, rows))
  return batch.length - known
}

function pullRequestsIn(table: FactTable, rows: readonly RetainedRow[]) {
  if (table !== 'pr_events' && table !== 'commits') return []
  const pairs = rows.flatMap(({ repository, pr_number }) =>
    pr_number === null ? [] : [{ repository: String(repository), prNumber: Number(pr_number) }],
  )
  return [...new Map(pairs.map((pair) => [`${pair.repository}#${pair.prNumber}`, pair])).values()]
}

function touchedBy(table: FactTable, rows: readonly RetainedRow[]): Touched {
  const none = { repositories: [], incidents: [], items: [] }
  if (table === 'work_item_events') return { ...none, items: named(rows, 'item_key') }
  if (table === 'incident_events') return { ...none, incidents: named(rows, 'incident_key') }
  return { ...none, repositories: [...new Set(rows.map(({ repository }) => String(repository)))].sort() }
}

const named = (rows: readonly RetainedRow[], column: string) => [
  ...new Map(
    rows.map((row) => [`${row.source} ${row[column]}`, { source: String(row.source), key: String(row[column]) }]),
  ).values(),
]
