/**
 * Verifies a tenant's chain: each hash is computed again from the event and the hash before it, places have no gaps, and the
 * chain agrees with every signed checkpoint, those in the archive included.
 */
import type { Database, Tx } from '#kernel/database/index.ts'
import type { Store } from '#kernel/store/index.ts'
import { chainHead, checkpointsOf, firstKept, hashesAt, unchained, verifyPage } from './chain-queries.ts'
import { type Checkpoint, copiesOf, isGenuine } from './checkpoint.ts'

export type ChainDeps = { readonly database: Database; readonly store: Store; readonly key: Buffer }
export type FaultKind =
  | 'changed'
  | 'missing'
  | 'inserted'
  | 'rewritten'
  | 'cut'
  | 'forged-checkpoint'
  | 'missing-checkpoint'
  | 'unreadable-archive'
export type ChainFault = { readonly kind: FaultKind; readonly seq: number | null; readonly detail: string }
export type Verified = {
  readonly events: number
  readonly fromSeq: number
  readonly uptoSeq: number
  readonly checkpoints: number
  readonly faults: readonly ChainFault[]
}
type Link = { readonly seq: number; readonly hash: Buffer }
export type Step = (done: number, total: number) => void

const pageSize = 5000
const maxFaults = 50
const statementTimeoutMs = 120_000
export const beginning: Link = { seq: 0, hash: Buffer.alloc(0) }

/** The whole chain of a tenant. */
export async function verifyChain(deps: ChainDeps, tenantId: string, step: Step = () => undefined): Promise<Verified> {
  const faults: ChainFault[] = []
  const known = await checkpoints(deps, tenantId, faults)
  const inTenant = <T>(work: (tx: Tx) => Promise<T>) =>
    deps.database.tenantTx({ tenantId }, work, { statementTimeoutMs })
  const look = () =>
    inTenant(async (tx) => ({
      head: await tx.row(chainHead, { tenantId }),
      first: await tx.row(firstKept, { tenantId }),
    }))
  const { head, first } = await look()
  const base = baseOf(known, first?.seq)
  const checked = await followLinks(inTenant, tenantId, base ?? beginning, { faults, step, total: head?.seq ?? 0 })
  // A purge that ran meanwhile took the beginning away; its checkpoint tells.
  const { first: now } = await look()
  if (now && first && now.seq !== first.seq && baseOf(await checkpoints(deps, tenantId, []), now.seq))
    return verifyChain(deps, tenantId, step)
  for (const { id } of await inTenant((tx) => tx.rows(unchained, { tenantId })))
    faults.push({ kind: 'inserted', seq: null, detail: `The event with id ${id} was written past the chain.` })
  await compareWithHead(inTenant, tenantId, head, checked.last, faults)
  await compareWithCheckpoints(inTenant, tenantId, known, checked.last, first?.seq, faults)
  return {
    events: checked.events,
    fromSeq: (base ?? beginning).seq,
    uptoSeq: checked.last.seq,
    checkpoints: known.length,
    faults: faults.slice(0, maxFaults),
  }
}

type InTenant = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>

/** From one link to the newest; what was not there when it began is looked at too. */
export async function followLinks(
  inTenant: InTenant,
  tenantId: string,
  from: Link,
  {
    faults,
    step = () => undefined,
    total = 0,
    upto = Number.MAX_SAFE_INTEGER,
  }: { faults: ChainFault[]; step?: Step; total?: number; upto?: number },
): Promise<{ events: number; last: Link }> {
  let events = 0
  let last = from
  for (;;) {
    const page = await inTenant((tx) => tx.row(verifyPage, { tenantId, ...last, upto, limit: pageSize }))
    if (!page || page.events === 0) return { events, last }
    for (const seq of page.gaps)
      faults.push({ kind: 'missing', seq: seq - 1, detail: `What stood right before event ${seq} is missing.` })
    const gaps = new Set(page.gaps)
    for (const seq of page.wrong)
      if (!gaps.has(seq))
        faults.push({
          kind: 'changed',
          seq,
          detail: `Event ${seq} is not what was written, or not in its place: its hash does not follow from it and the event before.`,
        })
    events += page.events
    last = { seq: page.lastSeq!, hash: page.lastHash ?? Buffer.alloc(0) }
    step(Math.min(last.seq, total), total)
    if (page.events < pageSize) return { events, last }
  }
}

/** Genuine checkpoints of the database and of the archive, by ascending place; what is wrong with the others is told. */
async function checkpoints(
  { database, store, key }: ChainDeps,
  tenantId: string,
  faults: ChainFault[],
): Promise<Checkpoint[]> {
  const rows = await database.tenantTx({ tenantId }, (tx) => tx.rows(checkpointsOf, { tenantId }))
  const genuine = new Map<string, Checkpoint>()
  const idOf = ({ seq, kind }: Checkpoint) => `${seq} ${kind}`
  for (const row of rows) {
    if (isGenuine(key, row)) genuine.set(idOf(row), row)
    else faults.push(forged(row.seq, 'in the database'))
  }
  const copies = new Set<string>()
  try {
    for await (const { name, copy } of copiesOf(store, tenantId)) {
      if (!copy || copy.tenantId !== tenantId || !isGenuine(key, copy)) {
        faults.push(forged(copy?.seq ?? null, `in the archive (${name})`))
        continue
      }
      copies.add(idOf(copy))
      const row = genuine.get(idOf(copy))
      if (!row)
        faults.push({
          kind: 'missing-checkpoint',
          seq: copy.seq,
          detail: `The checkpoint of ${copy.seq} is in the archive alone.`,
        })
      // Both are genuine: the one that the archive has was there first.
      genuine.set(idOf(copy), copy)
    }
    for (const row of rows)
      if (row.copied && !copies.has(idOf(row)))
        faults.push({
          kind: 'missing-checkpoint',
          seq: row.seq,
          detail: `The copy of the checkpoint of ${row.seq} is gone from ${store.place}.`,
        })
  } catch (error) {
    faults.push({
      kind: 'unreadable-archive',
      seq: null,
      detail: `Copies of checkpoints in ${store.place} cannot be read: ${(error as Error).message}`,
    })
  }
  return [...genuine.values()].sort((a, b) => a.seq - b.seq)
}

const forged = (seq: number | null, where: string): ChainFault => ({
  kind: 'forged-checkpoint',
  seq,
  detail: `The checkpoint${seq === null ? '' : ` of ${seq}`} ${where} was not signed with this instance's key.`,
})

/** Where the last purge ended, when the chain goes on from there. */
function baseOf(known: readonly Checkpoint[], first: number | undefined): Checkpoint | undefined {
  const purges = known.filter(({ kind }) => kind === 'purge')
  return first === undefined ? purges.at(-1) : purges.find(({ seq }) => seq === first - 1)
}

async function compareWithHead(
  inTenant: InTenant,
  tenantId: string,
  head: Link | undefined,
  last: Link,
  faults: ChainFault[],
): Promise<void> {
  if (!head) {
    if (last.seq > 0) faults.push({ kind: 'cut', seq: last.seq, detail: 'The head of the chain is missing.' })
    return
  }
  if (head.seq > last.seq)
    return void faults.push({
      kind: 'cut',
      seq: last.seq + 1,
      detail: `The chain ends at ${last.seq}, its head says ${head.seq}: the events after ${last.seq} are missing.`,
    })
  const [at] =
    head.seq === last.seq ? [last] : await inTenant((tx) => tx.rows(hashesAt, { tenantId, seqs: [head.seq] }))
  if (head.seq > 0 && at && !at.hash?.equals(head.hash))
    faults.push({
      kind: 'rewritten',
      seq: head.seq,
      detail: `Event ${head.seq} is not the one that the chain's head names.`,
    })
}

async function compareWithCheckpoints(
  inTenant: InTenant,
  tenantId: string,
  known: readonly Checkpoint[],
  last: Link,
  first: number | undefined,
  faults: ChainFault[],
): Promise<void> {
  const seqs = known.map(({ seq }) => seq)
  const rows = seqs.length === 0 ? [] : await inTenant((tx) => tx.rows(hashesAt, { tenantId, seqs }))
  const hashes = new Map(rows.map(({ seq, hash }) => [seq, hash]))
  let agreed = 0
  let rewritten = false
  let cut = false
  for (const { seq, hash } of known) {
    if (seq > last.seq) {
      if (!cut)
        faults.push({
          kind: 'cut',
          seq: last.seq + 1,
          detail: `The chain ends at ${last.seq}, a signed checkpoint covers events up to ${seq}: the tail was cut.`,
        })
      cut = true
    } else if (first !== undefined && seq >= first) {
      if (hashes.get(seq)?.equals(hash)) agreed = seq
      else if (!rewritten && hashes.has(seq)) {
        rewritten = true
        faults.push({
          kind: 'rewritten',
          seq,
          detail: `Event ${seq} is not the one that was signed: the chain was written anew between ${agreed + 1} and ${seq}.`,
        })
      }
    }
  }
}
