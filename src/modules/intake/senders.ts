/** Who may send to which address: the environment's secret for the bare URL, a connection's own for its own. */
import { monotonicMs } from '#kernel/clock/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import { unseal } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { connectionById } from './queries.ts'

export type Source = 'github' | 'jira'
export type Sender = {
  readonly tenantId: string
  readonly connectionId: string | null
  readonly secrets: readonly string[]
}

/** How long a looked-up connection is believed; a rotation or removal works within this time in every process. */
const believeMs = 500
const maxRemembered = 5000

export type FindSender = (source: Source, connectionId: string | undefined) => Promise<Sender | undefined>

export function senderFinder(
  database: Database,
  key: Buffer,
  environment: Partial<Record<Source, string | undefined>>,
): FindSender {
  const known = new Map<string, { at: number; sender: Promise<Sender | undefined> }>()

  async function look(source: Source, id: string): Promise<Sender | undefined> {
    const row = await database.lookup(connectionById, { id })
    if (row?.source !== source) return undefined
    const sealed = [row.secret, ...(row.previousSecret ? [row.previousSecret] : [])]
    return { tenantId: row.tenantId, connectionId: id, secrets: sealed.map((secret) => unseal(key, secret, id)) }
  }

  return async (source, connectionId) => {
    if (connectionId === undefined) {
      const secret = environment[source]
      return { tenantId: defaultTenantId, connectionId: null, secrets: secret ? [secret] : [] }
    }
    const name = `${source}/${connectionId}`
    const hit = known.get(name)
    if (hit && monotonicMs() - hit.at < believeMs) return hit.sender
    if (known.size >= maxRemembered) known.clear()
    const sender = look(source, connectionId)
    known.set(name, { at: monotonicMs(), sender })
    sender.catch(() => known.delete(name))
    return sender
  }
}
