/**
 * A checkpoint says what a chain was at a moment, signed with a key that the database does not hold. Copies lie in the archive,
 * where a name is written once and never replaced.
 */
import { deriveKey, hmacSha256, safeEqual } from '#kernel/crypto/index.ts'
import type { Store } from '#kernel/store/index.ts'

export type Checkpoint = {
  readonly tenantId: string
  /** The newest event that it covers. */
  readonly seq: number
  /** `purge`: everything up to it was archived and deleted, and the chain goes on from here. */
  readonly kind: 'daily' | 'purge'
  readonly hash: Buffer
  /** Microseconds since 1970. */
  readonly micros: string
  readonly signature: Buffer
}

export const checkpointKey = (appKey: string): Buffer => deriveKey(appKey, 'audit checkpoints')

const signedText = ({ tenantId, seq, kind, hash, micros }: Omit<Checkpoint, 'signature'>): string =>
  ['daytwo audit checkpoint 1', tenantId, seq, kind, hash.toString('hex'), micros].join('\n')

export const sign = (key: Buffer, of: Omit<Checkpoint, 'signature'>): Checkpoint => ({
  ...of,
  signature: hmacSha256(key, signedText(of)),
})

export const isGenuine = (key: Buffer, checkpoint: Checkpoint): boolean =>
  safeEqual(hmacSha256(key, signedText(checkpoint)), checkpoint.signature)

const folder = 'audit-checkpoints/'
const folderOf = (tenantId: string) => `${folder}${tenantId}/`
const nameOf = ({ tenantId, seq, kind }: Pick<Checkpoint, 'tenantId' | 'seq' | 'kind'>): string =>
  `${folderOf(tenantId)}${String(seq).padStart(16, '0')}.${kind}.json`

/** Puts a copy into the archive; one that is there stays as it is. */
export async function copyCheckpoint(store: Store, { signature, hash, ...rest }: Checkpoint): Promise<void> {
  const text = JSON.stringify({ ...rest, hash: hash.toString('hex'), signature: signature.toString('hex') })
  await store.put(nameOf(rest), one(Buffer.from(`${text}\n`)))
}

async function* one(content: Buffer) {
  yield content
}

/** Copies of a tenant's checkpoints by ascending place; `undefined` in place of one that cannot be read as such. */
export async function* copiesOf(store: Store, tenantId: string): AsyncIterable<{ name: string; copy?: Checkpoint }> {
  for await (const { name } of store.list(folderOf(tenantId))) {
    const chunks: Uint8Array[] = []
    for await (const chunk of store.get(name)) chunks.push(chunk)
    const copy = readCopy(Buffer.concat(chunks).toString('utf8'))
    // Under another's name a genuine copy would stand in for one that was taken away.
    yield copy && nameOf(copy) === name ? { name, copy } : { name }
  }
}

/** The newest place that the archive has a copy for; 0 where it has none. Nothing is read but names. */
export async function newestCopy(store: Store, tenantId: string): Promise<number> {
  let newest = 0
  for await (const { name } of store.list(folderOf(tenantId)))
    newest = Math.max(newest, Number.parseInt(name.slice(folderOf(tenantId).length), 10) || 0)
  return newest
}

/** Tenants that the archive has copies of, whatever became of them in the database. */
export async function copiedTenants(store: Store): Promise<Set<string>> {
  const tenants = new Set<string>()
  for await (const { name } of store.list(folder)) tenants.add(name.slice(folder.length).split('/', 1)[0]!)
  return tenants
}

function readCopy(text: string): Checkpoint | undefined {
  try {
    const { tenantId, seq, kind, hash, micros, signature } = JSON.parse(text)
    if (!Number.isSafeInteger(seq) || (kind !== 'daily' && kind !== 'purge')) return undefined
    return {
      tenantId: String(tenantId),
      seq,
      kind,
      hash: Buffer.from(String(hash), 'hex'),
      micros: String(micros),
      signature: Buffer.from(String(signature), 'hex'),
    }
  } catch {
    return undefined
  }
}
