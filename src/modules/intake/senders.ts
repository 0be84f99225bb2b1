/** Who may send to which address: the environment's secret for GitHub's and Jira's bare URLs, a connection's own elsewhere. */
import { monotonicMs } from '#kernel/clock/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import { unseal } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { connectionByEventSource, connectionById } from './queries.ts'

/** Sources with a protocol of their own; their bare URLs take the environment's secrets. */
export type Source = 'github' | 'jira'
/** `events` are all other sources: each has a name, and signs as Standard Webhooks does. */
export type SenderKind = Source | 'events'
export type Sender = {
  readonly tenantId: string
  readonly connectionId: string | null
  readonly secrets: readonly string[]
}

/** How long a looked-up connection is believed; a rotation or removal works within this time in every process. */
const believeMs = 500
const maxRemembered = 5000

/** `source` is the name events are stored under: the kind itself, or the generic source's own. */
export type Address = {
  readonly kind: SenderKind
  readonly source: string
  readonly connectionId: string | undefined
}
export type FindSender = (address: Address) => Promise<Sender | undefined>

export function senderFinder(
  database: Database,
  key: Buffer,
  environment: Partial<Record<Source, string | undefined>>,
): FindSender {
  const known = new Map<string, { at: number; sender: Promise<Sender | undefined> }>()

  async function lookUp({ kind, source, connectionId }: Address): Promise<Sender | undefined> {
    if (connectionId === undefined) {
      const row = await database.lookup(connectionByEventSource, { tenantId: defaultTenantId, source })
      return row ? senderOf(row) : { tenantId: defaultTenantId, connectionId: null, secrets: [] }
    }
    const row = await database.lookup(connectionById, { id: connectionId })
    const matches = row?.source === kind && (row.eventSource === null || row.eventSource === source)
    return matches ? senderOf(row) : undefined
  }

  function senderOf(row: { tenantId: string; id: string; secret: Buffer; previousSecret: Buffer | null }): Sender {
    const sealed = [row.secret, ...(row.previousSecret ? [row.previousSecret] : [])]
    return {
      tenantId: row.tenantId,
      connectionId: row.id,
      secrets: sealed.map((secret) => unseal(key, secret, row.id)),
    }
  }

  return async (address) => {
    const { kind, source, connectionId } = address
    if (connectionId === undefined && kind !== 'events') {
      const secret = environment[kind]
      return { tenantId: defaultTenantId, connectionId: null, secrets: secret ? [secret] : [] }
    }
    const name = `${kind}/${source}/${connectionId ?? ''}`
    const hit = known.get(name)
    if (hit && monotonicMs() - hit.at < believeMs) return hit.sender
    if (known.size >= maxRemembered) known.clear()
    const sender = lookUp(address)
    known.set(name, { at: monotonicMs(), sender })
    sender.catch(() => known.delete(name))
    return sender
  }
}
