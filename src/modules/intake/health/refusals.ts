/** Counts refused webhooks in memory, and once a minute adds the counts to the database: a flood of them costs one statement. */
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { badSignature, noSecret, staleTimestamp } from '../problems.ts'
import { addRefusals, type Refusal } from './queries.ts'

const flushEveryMs = 60_000
/** Whoever makes up addresses fills no memory with them; those beyond are not counted until the next flush. */
const maxAddresses = 500
const place = /\/webhooks\/(github|jira|events)(?:\/|$)/
const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Refused = { readonly routeOptions: { readonly url?: string | undefined }; readonly params: unknown }
export type RefusalCounter = {
  /** Looks at the error a webhook route ended with. */
  note(request: Refused, error: unknown): void
  flush(): Promise<void>
  start(): void
  stop(): Promise<void>
}

/**
 * `onGap` is asked once a minute after events could not be taken (a full buffer, no database): whoever can ask the sources for what
 * they sent meanwhile answers true once that is due.
 */
export function refusalCounter(database: Database, log: Logger, onGap: () => Promise<boolean>): RefusalCounter {
  let gap = false
  let counted = new Map<string, Refusal>()
  let timer: NodeJS.Timeout | undefined

  function add(refusal: Refusal) {
    const key = `${refusal.source} ${refusal.connectionId ?? ''}`
    const known = counted.get(key)
    if (known) {
      known.failures += refusal.failures
      known.withoutSecret += refusal.withoutSecret
    } else if (counted.size < maxAddresses) counted.set(key, { ...refusal })
  }

  async function tellGap() {
    if (!gap) return
    gap = false
    let due = false
    try {
      due = await onGap()
    } finally {
      if (!due) gap = true
    }
  }

  async function flush() {
    await tellGap()
    if (counted.size === 0) return
    const taken = counted
    counted = new Map()
    try {
      await database.platformTx('count refusals', (tx) => tx.run(addRefusals, { refusals: [...taken.values()] }))
    } catch (error) {
      for (const refusal of taken.values()) add(refusal)
      throw error
    }
  }
  const tryFlush = () => flush().catch((error) => log.warn({ err: error }, 'refused webhooks could not be counted'))

  return {
    note(request, error) {
      const type = error instanceof Problem ? error.type : undefined
      if ((type?.status ?? (error as { statusCode?: number }).statusCode ?? 500) >= 500) gap = true
      if (type !== badSignature && type !== noSecret && type !== staleTimestamp) return
      const kind = place.exec(request.routeOptions.url ?? '')?.[1]
      if (!kind) return
      const { source: named = kind, connection } = request.params as { source?: string; connection?: string }
      const connectionId = connection && uuidShape.test(connection) ? connection.toLowerCase() : null
      if (connection && !connectionId) return
      const source = named.slice(0, 40)
      const withoutSecret = type === noSecret ? 1 : 0
      add({ source, connectionId, failures: 1 - withoutSecret, withoutSecret })
    },
    flush,
    start() {
      timer ??= setInterval(() => void tryFlush(), flushEveryMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      await tryFlush()
    },
  }
}
