/** Reading the archive back: what is there, whether it is whole, and putting its rows into the database again. */
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import type { Replay, RetentionPolicy } from '#kernel/retention/index.ts'
import type { Store } from '#kernel/store/index.ts'
import { dataName, type PartName } from './archive-name.ts'
import { archiveBroken, type FoundPart, findParts, type Manifest, manifestOf, verifyPart } from './archive-part.ts'
import { listTenants } from './queries.ts'

type Deps = { readonly database: Database; readonly store: Store; readonly policies: readonly RetentionPolicy[] }

export type Chosen = {
  readonly tables?: readonly string[] | undefined
  /** UTC days of recording, both included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly tenantId?: string | undefined
}

export type ListedPart = PartName & {
  readonly name: string
  readonly rows: number | null
  readonly bytes: number | null
  readonly fault: string | null
}

export type ReplaySummary = {
  readonly dry_run: boolean
  readonly files: number
  readonly rows: number
  /** Rows that were new or changed something. */
  readonly written: number
  readonly tables: Readonly<Record<string, { files: number; rows: number; written: number }>>
  /** Files that were not used, and why. */
  readonly faults: readonly string[]
}

export type Step = (phase: string, done: number, total: number) => void

const inRange = (chosen: Chosen, { tenantId, day }: PartName): boolean =>
  (chosen.tenantId === undefined || chosen.tenantId === tenantId) &&
  (chosen.from === undefined || day >= chosen.from) &&
  (chosen.to === undefined || day <= chosen.to)

/** Parts chosen, by tenant, table and day. */
export async function chooseParts({ store }: Pick<Deps, 'store'>, chosen: Chosen): Promise<FoundPart[]> {
  const parts = await findParts(store, '')
  return parts.filter((part) => inRange(chosen, part) && (chosen.tables?.includes(part.table) ?? true))
}

/** The chosen parts with their manifests; `whole` reads every file and compares it with its own. */
export async function listArchive(
  deps: Pick<Deps, 'store'>,
  chosen: Chosen,
  whole: boolean,
  step: Step,
): Promise<ListedPart[]> {
  const parts = await chooseParts(deps, chosen)
  const listed: ListedPart[] = []
  for (const [at, part] of parts.entries()) {
    const { manifest, fault } = await readPart(deps.store, part, whole)
    const { hasData: _, hasManifest: __, ...name } = part
    listed.push({ ...name, name: dataName(part), rows: manifest?.rows ?? null, bytes: manifest?.bytes ?? null, fault })
    step(whole ? 'verifying' : 'reading manifests', at + 1, parts.length)
  }
  return listed
}

type Read = { readonly manifest?: Manifest; readonly lines: readonly string[]; readonly fault: string | null }

async function readPart(store: Store, part: FoundPart, whole: boolean): Promise<Read> {
  const name = dataName(part)
  if (!part.hasManifest)
    return { lines: [], fault: `${name}: it has no manifest; the next run of retention gives it one.` }
  if (!part.hasData) return { lines: [], fault: `${name}: the file of this manifest is missing.` }
  try {
    if (!whole) return { manifest: await manifestOf(store, part), lines: [], fault: null }
    const { manifest, lines } = await verifyPart(store, part)
    return { manifest, lines, fault: null }
  } catch (error) {
    if (error instanceof Problem && error.type === archiveBroken) return { lines: [], fault: error.message }
    throw error
  }
}

const linesAtOnce = 500

/**
 * Puts archived rows back. A file that is not what its manifest says is left out and named. Safe to repeat: rows that are
 * there are merged by their natural keys.
 */
export async function replayArchive(
  deps: Deps,
  ctx: Context,
  chosen: Chosen & { readonly dryRun: boolean },
  step: Step,
): Promise<ReplaySummary> {
  requirePermission(ctx, 'retention:replay')
  const replays = chooseTables(deps.policies, chosen.tables)
  const tenants = await deps.database.platformTx('list tenants to replay', (tx) => tx.rows(listTenants, undefined))
  const known = new Set(tenants.map(({ id }) => id))
  const parts = await chooseParts(deps, { ...chosen, tables: [...replays.keys()] })
  const faults: string[] = []
  const tables: Record<string, { files: number; rows: number; written: number }> = {}
  for (const [table, replay] of replays) {
    const own = parts.filter((part) => part.table === table)
    let done = 0
    for (const part of own) {
      const { lines, fault } = await readPart(deps.store, part, true)
      if (fault !== null) faults.push(fault)
      else if (!known.has(part.tenantId))
        faults.push(`${dataName(part)}: this installation has no tenant ${part.tenantId}.`)
      else {
        tables[table] ??= { files: 0, rows: 0, written: 0 }
        tables[table].files++
        tables[table].rows += lines.length
        if (!chosen.dryRun) tables[table].written += await write(replay, part.tenantId, lines)
      }
      step(table, ++done, own.length)
    }
  }
  const sum = (of: 'files' | 'rows' | 'written') => Object.values(tables).reduce((total, one) => total + one[of], 0)
  return {
    dry_run: chosen.dryRun,
    files: sum('files'),
    rows: sum('rows'),
    written: sum('written'),
    tables,
    faults,
  }
}

async function write(replay: Replay, tenantId: string, lines: readonly string[]): Promise<number> {
  let written = 0
  for (let at = 0; at < lines.length; at += linesAtOnce)
    written += await replay.write(tenantId, lines.slice(at, at + linesAtOnce))
  return written
}

/** Tables asked for, or those that are replayed unless said otherwise, in their order. */
function chooseTables(policies: readonly RetentionPolicy[], asked: readonly string[] | undefined): Map<string, Replay> {
  const able = policies.flatMap(({ table, replay }) => (replay ? [{ table, replay }] : []))
  const unknown = asked?.find((table) => !able.some((one) => one.table === table))
  if (unknown !== undefined)
    throw new Problem(
      invalidRequest,
      `The table "${unknown}" cannot be replayed; these can: ${able.map(({ table }) => table).join(', ')}.`,
    )
  return new Map(
    able
      .filter(({ table, replay }) => asked?.includes(table) ?? replay.byDefault)
      .sort((a, b) => a.replay.order - b.replay.order)
      .map(({ table, replay }) => [table, replay]),
  )
}
