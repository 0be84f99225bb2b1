/** Counts the API's requests in memory and adds the counts to the database once a minute: a counter a request, a statement a minute. */
import type { Database } from '#kernel/database/index.ts'
import type { Http } from '#kernel/http/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { bucketOf, noLatencies } from './latency.ts'
import { addRequests, type RequestCounts } from './queries.ts'

const flushEveryMs = 60_000

export type RequestCounter = {
  /** Counts every request of the routes below `http`; call it before they are registered. */
  observe(http: Http): void
  /** Writes down what was counted since the last time. */
  flush(): Promise<void>
  stop(): Promise<void>
}

export function requestCounter(database: Database, log: Logger): RequestCounter {
  let counted = new Map<string | null, RequestCounts>()
  let timer: NodeJS.Timeout | undefined

  const countsOf = (tenantId: string | null): RequestCounts => {
    let counts = counted.get(tenantId)
    if (!counts) {
      counts = { tenantId, requests: 0, errors: 0, limited: 0, latency: noLatencies() }
      counted.set(tenantId, counts)
    }
    return counts
  }

  async function flush() {
    if (counted.size === 0) return
    const taken = counted
    counted = new Map()
    try {
      await database.platformTx('count requests', (tx) => tx.run(addRequests, { rows: [...taken.values()] }))
    } catch (error) {
      for (const lost of taken.values()) {
        const counts = countsOf(lost.tenantId)
        counts.requests += lost.requests
        counts.errors += lost.errors
        counts.limited += lost.limited
        for (const [index, count] of lost.latency.entries()) counts.latency[index]! += count
      }
      throw error
    }
  }
  const tryFlush = () => flush().catch((error) => log.warn({ err: error }, 'requests could not be counted'))

  return {
    observe(http) {
      http.addHook('onResponse', async (request, reply) => {
        const counts = countsOf(request.caller?.tenantId ?? null)
        counts.requests++
        if (reply.statusCode >= 500) counts.errors++
        if (reply.statusCode === 429) counts.limited++
        if (!request.routeOptions.config.stream) counts.latency[bucketOf(reply.elapsedTime)]!++
      })
      timer ??= setInterval(() => void tryFlush(), flushEveryMs)
      timer.unref()
    },
    flush,
    async stop() {
      clearInterval(timer)
      await tryFlush()
    },
  }
}
