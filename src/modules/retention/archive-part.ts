/**
 * One part of the archive: writing it, finding it, and reading it back only if it is what its manifest says. A part is
 * written once and never changed.
 */
import { z } from 'zod'
import { now } from '#kernel/clock/index.ts'
import { defineProblem, Problem } from '#kernel/errors/index.ts'
import type { RetainedRow } from '#kernel/retention/index.ts'
import type { Store } from '#kernel/store/index.ts'
import { dataName, dayPrefix, manifestName, type PartName, readName } from './archive-name.ts'
import { digestLines } from './lines.ts'

/** Version of the archive's format; a reader refuses one it does not know. */
const formatVersion = 1

const manifestShape = z.object({
  format: z.literal(formatVersion),
  table: z.string(),
  tenant_id: z.string(),
  day: z.string(),
  part: z.number(),
  rows: z.number(),
  bytes: z.number(),
  sha256: z.string(),
  columns: z.array(z.string()),
  schema: z.string(),
  created_at: z.string(),
})
export type Manifest = z.output<typeof manifestShape>

export const archiveBroken = defineProblem({
  slug: 'retention/archive-broken',
  title: 'An archived file is not what its manifest says',
  status: 500,
  remedy: 'Restore the file from a copy of the archive; daytwo archive:verify names all files at fault.',
})

/** A part whose content was read back and equals its manifest. */
export type VerifiedPart = { readonly name: string; readonly manifest: Manifest; readonly lines: readonly string[] }

export type FoundPart = PartName & { readonly hasData: boolean; readonly hasManifest: boolean }

/** Parts of a day, or of everything below a prefix, by name. */
export async function findParts(store: Store, prefix: string): Promise<FoundPart[]> {
  const found = new Map<string, FoundPart>()
  for await (const { name } of store.list(prefix)) {
    const of = readName(name)
    if (!of) continue
    const { kind, ...part } = of
    const known = found.get(dataName(part)) ?? { ...part, hasData: false, hasManifest: false }
    found.set(dataName(part), {
      ...known,
      hasData: known.hasData || kind === 'data',
      hasManifest: known.hasManifest || kind === 'manifest',
    })
  }
  return [...found.values()].sort(byName)
}

const byName = (a: PartName, b: PartName): number =>
  compare(a.tenantId, b.tenantId) || compare(a.table, b.table) || compare(a.day, b.day) || a.part - b.part
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export const findDay = (store: Store, of: Omit<PartName, 'part'>): Promise<FoundPart[]> =>
  findParts(store, dayPrefix(of))

/** Writes a new part with the lines; false when another run took the name. Its manifest follows with `completePart`. */
export const putPart = (store: Store, of: PartName, lines: readonly string[]): Promise<boolean> =>
  store.put(dataName(of), chunksOf(lines))

/**
 * Makes a file whose content appeared a part of the archive by giving it its manifest: right after it was written, or by the
 * next run when the first one died in between. `expected` is what was meant to be written, where that is known.
 */
export async function completePart(
  store: Store,
  of: PartName,
  schema: string,
  expected?: readonly string[],
): Promise<VerifiedPart> {
  const name = dataName(of)
  const lines = expected ?? splitLines(name, await readAll(store, name))
  for (const line of lines) rowOf(name, line)
  const manifest: Manifest = {
    format: formatVersion,
    table: of.table,
    tenant_id: of.tenantId,
    day: of.day,
    part: of.part,
    rows: lines.length,
    ...digestLines(lines),
    columns: lines.length === 0 ? [] : Object.keys(rowOf(name, lines[0]!)),
    schema,
    created_at: now().toISOString(),
  }
  await store.put(manifestName(of), one(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)))
  return verifyPart(store, of)
}

/** Reads a part back from the store. Throws `retention/archive-broken` unless file and manifest agree. */
export async function verifyPart(store: Store, of: PartName): Promise<VerifiedPart> {
  const name = dataName(of)
  const manifest = await manifestOf(store, of)
  const content = await readAll(store, name).catch((error: unknown) => {
    throw error instanceof Problem && error.type.slug === 'store/missing' ? broken(name, 'the file is missing') : error
  })
  const lines = splitLines(name, content)
  const { bytes, sha256 } = digestLines(lines)
  if (content.length !== manifest.bytes || bytes !== manifest.bytes)
    throw broken(name, `it has ${content.length} bytes, its manifest says ${manifest.bytes}`)
  if (sha256 !== manifest.sha256) throw broken(name, 'its sha256 differs from its manifest')
  if (lines.length !== manifest.rows)
    throw broken(name, `it has ${lines.length} rows, its manifest says ${manifest.rows}`)
  return { name, manifest, lines }
}

/** What the manifest says, its file not looked at. */
export async function manifestOf(store: Store, of: PartName): Promise<Manifest> {
  const manifest = readManifest(manifestName(of), await readAll(store, manifestName(of)))
  if (manifest.table !== of.table || manifest.tenant_id !== of.tenantId || manifest.day !== of.day)
    throw broken(dataName(of), 'its manifest is of another file')
  return manifest
}

const broken = (name: string, why: string, cause?: unknown) => new Problem(archiveBroken, `${name}: ${why}.`, { cause })

function readManifest(name: string, content: Buffer): Manifest {
  try {
    return manifestShape.parse(JSON.parse(content.toString('utf8')))
  } catch (error) {
    throw broken(name, 'it is no manifest of this version', error)
  }
}

/** A line as the row it is. */
export function rowOf(name: string, line: string): RetainedRow {
  try {
    const row: unknown = JSON.parse(line)
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as RetainedRow
  } catch {}
  throw broken(name, 'a line of it is no JSON object')
}

function splitLines(name: string, content: Buffer): string[] {
  if (content.length === 0) return []
  if (content.at(-1) !== 10) throw broken(name, 'it ends within a line')
  return content.toString('utf8').slice(0, -1).split('\n')
}

async function readAll(store: Store, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.get(name)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const linesAtOnce = 500
async function* chunksOf(lines: readonly string[]) {
  for (let at = 0; at < lines.length; at += linesAtOnce)
    yield Buffer.from(`${lines.slice(at, at + linesAtOnce).join('\n')}\n`)
}

async function* one(content: Buffer) {
  yield content
}
