/**
 * Each night: the newest segment of every chain is verified and, when it is whole, signed. A chain at fault gets no further
 * checkpoint and is verified from its beginning, so that the report says all that is wrong.
 */
import type { PlatformTx } from '#kernel/database/index.ts'
import {
  chainedTenants,
  chainHead,
  hashesAt,
  insertCheckpoint,
  markCopied,
  newestCheckpoint,
  nowMicros,
  recordVerification,
  uncopied,
} from './chain-queries.ts'
import { type Checkpoint, copiedTenants, copyCheckpoint, isGenuine, newestCopy, sign } from './checkpoint.ts'
import {
  beginning,
  type ChainDeps,
  type ChainFault,
  followLinks,
  type Step,
  type Verified,
  verifyChain,
} from './verify.ts'

export type Nightly = { tenants: number; signed: number; broken: number; copied: number }

/** Tenants that have a trail, those included of which the archive alone still knows; by slug where they still have one. */
export async function trails({ database, store }: ChainDeps): Promise<{ tenantId: string; slug: string | null }[]> {
  const known = await database.platformTx('list audit chains', (tx) => tx.rows(chainedTenants, undefined))
  const ids = new Set(known.map(({ tenantId }) => tenantId))
  const lost = [...(await copiedTenants(store))].filter((tenantId) => !ids.has(tenantId))
  return [...known, ...lost.map((tenantId) => ({ tenantId, slug: null }))]
}

/** Signs every chain that grew, and puts copies of checkpoints into the archive. Bears running twice. */
export async function signChains(deps: ChainDeps): Promise<Nightly> {
  const tenants = await deps.database.platformTx('list audit chains', (tx) => tx.rows(chainedTenants, undefined))
  const outcome: Nightly = { tenants: tenants.length, signed: 0, broken: 0, copied: 0 }
  for (const { tenantId } of tenants) {
    const { verified, signed } = await signChain(deps, tenantId)
    if (verified.faults.length > 0) outcome.broken++
    if (signed) outcome.signed++
  }
  outcome.copied = await copyToArchive(deps)
  return outcome
}

export async function signChain(deps: ChainDeps, tenantId: string): Promise<{ verified: Verified; signed: boolean }> {
  const { verified, end } = await verifyNewest(deps, tenantId)
  if (verified.faults.length > 0) {
    const whole = await verifyAndRecord(deps, tenantId)
    return { verified: whole.faults.length > 0 ? whole : verified, signed: false }
  }
  await record(deps, tenantId, verified, false)
  if (!end) return { verified, signed: false }
  const micros = await deps.database.platformTx('clock', async (tx) => (await tx.row(nowMicros, undefined))!.micros)
  await writeCheckpoint(deps, sign(deps.key, { tenantId, ...end, kind: 'daily', micros }))
  return { verified, signed: true }
}

/** From the newest checkpoint on. `end` is what should be signed next: undefined when nothing was added. */
async function verifyNewest({ database, store, key }: ChainDeps, tenantId: string) {
  const faults: ChainFault[] = []
  const inTenant = <T>(work: (tx: PlatformTx) => Promise<T>) =>
    database.platformTx('verify the newest audit events', work, { statementTimeoutMs: 120_000 })
  const [newest, head] = await inTenant(async (tx) => [
    await tx.row(newestCheckpoint, { tenantId }),
    await tx.row(chainHead, { tenantId }),
  ])
  const from = newest ?? beginning
  if (newest && !isGenuine(key, newest))
    faults.push({
      kind: 'forged-checkpoint',
      seq: newest.seq,
      detail: `The checkpoint of ${newest.seq} is not genuine.`,
    })
  // An archive that cannot be reached fails the copying below, aloud.
  const copied = await newestCopy(store, tenantId).catch(() => 0)
  if (copied > (newest?.seq ?? 0))
    faults.push({
      kind: 'missing-checkpoint',
      seq: copied,
      detail: `The checkpoint of ${copied} is in the archive alone.`,
    })
  const [covered] = newest ? await inTenant((tx) => tx.rows(hashesAt, { tenantId, seqs: [newest.seq] })) : []
  if (newest && covered && !covered.hash?.equals(newest.hash))
    faults.push({ kind: 'rewritten', seq: newest.seq, detail: `Event ${newest.seq} is not the one that was signed.` })
  const link = { seq: from.seq, hash: from.hash }
  const { events, last } = await followLinks(inTenant, tenantId, link, { faults })
  if ((head?.seq ?? 0) > last.seq || (newest && !covered && last.seq === newest.seq && newest.kind === 'daily'))
    faults.push({
      kind: 'cut',
      seq: last.seq + 1,
      detail: `The chain ends at ${last.seq}; events after it are missing.`,
    })
  const verified: Verified = { events, fromSeq: from.seq, uptoSeq: last.seq, checkpoints: newest ? 1 : 0, faults }
  return { verified, end: last.seq > from.seq ? last : undefined }
}

/** Verifies the whole chain and remembers the result, which alerts and the doctor tell. */
export async function verifyAndRecord(deps: ChainDeps, tenantId: string, step?: Step): Promise<Verified> {
  const verified = await verifyChain(deps, tenantId, step)
  await record(deps, tenantId, verified, true)
  return verified
}

const record = ({ database }: ChainDeps, tenantId: string, { events, uptoSeq, faults }: Verified, whole: boolean) =>
  database.tenantTx({ tenantId }, (tx) =>
    tx.run(recordVerification, { tenantId, whole, events, uptoSeq, faults: JSON.stringify(faults) }),
  )

const writeCheckpoint = ({ database }: ChainDeps, checkpoint: Checkpoint) =>
  database.platformTx('sign an audit chain', (tx) => tx.run(insertCheckpoint, checkpoint))

/** Those of purges too, whose transaction must not wait for a store. */
export async function copyToArchive({ database, store, key }: ChainDeps): Promise<number> {
  const waiting = await database.platformTx('checkpoints without a copy', (tx) => tx.rows(uncopied, undefined))
  let copied = 0
  for (const { copied: _, ...checkpoint } of waiting) {
    // What somebody planted must not reach the archive, where it could not be taken away again.
    if (!isGenuine(key, checkpoint)) continue
    await copyCheckpoint(store, checkpoint)
    await database.platformTx('a checkpoint was copied', (tx) => tx.run(markCopied, checkpoint))
    copied++
  }
  return copied
}
