/** Who may send to which address: the environment's secret for GitHub's and Jira's bare URLs, a connection's own elsewhere. */
import { defaultTenantId } from '#kernel/context/index.ts'
import { unseal } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { remembered } from '#kernel/remembered/index.ts'
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

  const connections = remembered(lookUp, ({ kind, source, connectionId }) => `${kind}/${source}/${connectionId ?? ''}`)
  return async (address) => {
    const { kind, connectionId } = address
    if (connectionId === undefined && kind !== 'events') {
      const secret = environment[kind]
      return { tenantId: defaultTenantId, connectionId: null, secrets: secret ? [secret] : [] }
    }
    return connections.ask(address)
  }
}
