/**
 * One day of one table of one tenant: archive, verify, purge. Only rows that stand, exactly as they are now, in a file that
 * was read back and found equal to its manifest are deleted. So whatever dies when, every row is in the database or in a
 * verified file, and the next run goes on where this one ended.
 */
import { audit } from '#kernel/audit/index.ts'
import { commandContext } from '#kernel/context/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Receipt, RetentionPolicy } from '#kernel/retention/index.ts'
import type { Store } from '#kernel/store/index.ts'
import { archiveBroken, completePart, findDay, putPart, type VerifiedPart, verifyPart } from './archive-part.ts'
import { type ArchiveRow, archiveRows, fingerprint } from './lines.ts'
import { countPurged, rememberFile } from './queries.ts'
import { type Cursor, fromTheStart, inUtc, tableStatements } from './table-statements.ts'

export type RetentionDeps = {
  readonly database: Database
  readonly store: Store
  /** Makes the days of these instants final, in the transaction that takes their facts. */
  seal(tx: TenantTx, instants: readonly Date[], firstKeptDay: string): Promise<unknown>
  /** Names the schema that archived columns are of. */
  schema(): string
}

export type Day = {
  readonly tenantId: string
  readonly policy: RetentionPolicy
  readonly day: string
  readonly before: string
}
export type Done = { archivedRows: number; archivedFiles: number; purged: number; faults: string[] }

/** Bounds of one part: it is held in memory while it is verified. */
const maxPartRows = 50_000
const maxPartBytes = 48 * 1024 * 1024
const statementTimeoutMs = 120_000

export async function enforceDay(deps: RetentionDeps, of: Day): Promise<Done> {
  const done: Done = { archivedRows: 0, archivedFiles: 0, purged: 0, faults: [] }
  const { policy, tenantId, day } = of
  if (!policy.archived) {
    done.purged = await purgeRows(deps, of, undefined)
    return done
  }
  const place = { tenantId, table: policy.table, day }
  let last = 0
  for (const { part, hasManifest } of await findDay(deps.store, place)) {
    last = Math.max(last, part)
    try {
      const name = { ...place, part }
      // A file without manifest appeared complete just before its run died; its rows are still in the database.
      const known = hasManifest
        ? await verifyPart(deps.store, name)
        : await completePart(deps.store, name, deps.schema())
      done.purged += await purgePart(deps, of, part, known)
    } catch (error) {
      if (!(error instanceof Problem) || error.type !== archiveBroken) throw error
      done.faults.push(error.message)
    }
  }
  for (;;) {
    const lines = await nextLines(deps, of)
    if (lines.length === 0) return done
    last++
    const name = { ...place, part: last }
    if (!(await putPart(deps.store, name, lines))) continue
    const verified = await completePart(deps.store, name, deps.schema(), lines)
    done.archivedRows += lines.length
    done.archivedFiles++
    const purged = await purgePart(deps, of, last, verified)
    done.purged += purged
    // Rows that changed under the archiving go into another part, but not for ever.
    if (purged === 0) return done
  }
}

/** The day's rows as lines, as many as a part may have. */
async function nextLines({ database }: RetentionDeps, { policy, tenantId, day }: Day): Promise<string[]> {
  const statements = tableStatements(policy)
  const lines: string[] = []
  let bytes = 0
  let after: Cursor = fromTheStart
  while (lines.length < maxPartRows && bytes < maxPartBytes) {
    const limit = Math.min(rowsAtOnce(policy), maxPartRows - lines.length)
    const page = await database.tenantTx({ tenantId }, async (tx) => {
      await tx.row(inUtc, undefined)
      return archiveRows(policy, tx, await tx.rows(statements.page, { tenantId, day, after, limit }))
    })
    for (const { line } of page) {
      lines.push(line)
      bytes += Buffer.byteLength(line) + 1
    }
    if (page.length < limit) break
    after = page.at(-1)!
  }
  return lines
}

const rowsAtOnce = (policy: RetentionPolicy): number => policy.rowsAtOnce ?? 1000

async function purgePart(deps: RetentionDeps, of: Day, part: number, verified: VerifiedPart): Promise<number> {
  const { tenantId, policy, day } = of
  const { rows, bytes, sha256 } = verified.manifest
  const file = { tenantId, table: policy.table, day, part, name: verified.name, rows, bytes, sha256 }
  await deps.database.tenantTx({ tenantId }, (tx) => tx.run(rememberFile, file))
  return purgeRows(deps, of, { part, verified, archived: new Set(verified.lines.map(fingerprint)) })
}

type Archived = { readonly part: number; readonly verified: VerifiedPart; readonly archived: ReadonlySet<string> }

/** Deletes the day's rows in bounded transactions: those that stand in the part, or all where nothing is archived. */
async function purgeRows(deps: RetentionDeps, of: Day, from: Archived | undefined): Promise<number> {
  let total = 0
  // Until a pass finds nothing: a row that is written to moves, perhaps to where the pass has been.
  for (let passed = -1; passed !== 0; ) {
    passed = 0
    for (let after: Cursor | undefined = fromTheStart; after; ) {
      const batch: Batch = await purgeBatch(deps, of, from, after)
      passed += batch.purged
      after = batch.last
    }
    total += passed
  }
  return total
}

type Batch = { readonly purged: number; readonly last: Cursor | undefined }

async function purgeBatch(deps: RetentionDeps, of: Day, from: Archived | undefined, after: Cursor): Promise<Batch> {
  const { tenantId, policy, day, before } = of
  const { page: pageOf, hold } = tableStatements(policy)
  const limit = rowsAtOnce(policy)
  const receipt: Receipt = {
    table: policy.table,
    day,
    file: from?.verified.name ?? null,
    rows: from?.verified.manifest.rows ?? 0,
    sha256: from?.verified.manifest.sha256 ?? '',
  }
  if (policy.remove)
    return deps.database.platformTx(
      `purge ${policy.table}`,
      async (tx) => {
        await tx.row(inUtc, undefined)
        const page = await tx.rows(pageOf, { tenantId, day, after, limit })
        const mine = archivedOf(await archiveRows(policy, tx, page), from)
        const rows = mine.map(({ row }) => row)
        const purged = mine.length === 0 ? 0 : await policy.remove!(tx, tenantId, rows, before, receipt)
        if (from && purged > 0)
          await tx.run(countPurged, { tenantId, table: policy.table, day, part: from.part, purged })
        return { purged, last: lastOf(page, limit) }
      },
      { statementTimeoutMs },
    )
  return deps.database.tenantTx(
    { tenantId },
    async (tx) => {
      await tx.row(inUtc, undefined)
      const page = await tx.rows(pageOf, { tenantId, day, after, limit })
      if (page.length === 0) return { purged: 0, last: undefined }
      await policy.lock?.(
        tx,
        page.map(({ line }) => JSON.parse(line)),
      )
      const held = await tx.rows(hold, { tenantId, places: page.map(({ place }) => place) })
      const mine = archivedOf(await archiveRows(policy, tx, held), from)
      if (mine.length > 0) await removeRows(deps, of, tx, mine, receipt, from)
      return { purged: mine.length, last: lastOf(page, limit) }
    },
    { statementTimeoutMs },
  )
}

const archivedOf = (rows: readonly ArchiveRow[], from: Archived | undefined): readonly ArchiveRow[] =>
  from ? rows.filter(({ line }) => from.archived.has(fingerprint(line))) : rows

/** Undefined when the page was the last one. */
const lastOf = (page: readonly Cursor[], limit: number): Cursor | undefined =>
  page.length < limit ? undefined : page.at(-1)

async function removeRows(
  { seal }: RetentionDeps,
  { policy, tenantId, day, before }: Day,
  tx: TenantTx,
  mine: readonly ArchiveRow[],
  receipt: Receipt,
  from: Archived | undefined,
) {
  const rows = mine.map(({ row }) => row)
  const instants = (await policy.beforePurge?.(tx, rows)) ?? []
  if (instants.length > 0) await seal(tx, instants, before)
  const places = mine.map(({ place }) => place)
  const removed = await tx.run(tableStatements(policy).remove, { tenantId, places })
  if (removed !== mine.length) throw new Error(`${removed} of ${mine.length} held rows of ${policy.table} were deleted`)
  await policy.afterPurge?.(tx, rows)
  if (!from) return
  await tx.run(countPurged, { tenantId, table: policy.table, day, part: from.part, purged: removed })
  await audit(tx, commandContext('scheduler:enforce-data-retention', tenantId), {
    action: 'retention.purged',
    subject: `archive:${receipt.file}`,
    after: { archived_rows: receipt.rows, purged_rows: removed, sha256: receipt.sha256 },
  })
}
