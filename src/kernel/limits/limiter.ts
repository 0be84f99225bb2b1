/**
 * Rate limits, counted by minute in this process and shared with the others each second through PostgreSQL: no request waits for
 * a count. Only clients that used a noticeable part of a limit are shared, so that ordinary traffic writes nothing. What several
 * processes let through together before they know of one another is bounded by a twentieth of the limit each plus one second.
 * While the database does not answer, each process limits by what it knows.
 */
import { now } from '#kernel/clock/index.ts'
import type { Config } from '#kernel/config/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { shareCounts } from './shared-counts.ts'

export type Policy = 'reads' | 'writes' | 'tenant' | 'anonymous' | 'sign-in' | 'failures'
/** Requests a minute; 0 is without limit. */
export type Limits = Readonly<Record<Policy, number>>

export const limitSettings = (config: Config): Limits => ({
  reads: config.RATE_LIMIT_READS,
  writes: config.RATE_LIMIT_WRITES,
  tenant: config.RATE_LIMIT_TENANT,
  anonymous: config.RATE_LIMIT_ANONYMOUS,
  'sign-in': config.RATE_LIMIT_SIGN_IN,
  failures: config.RATE_LIMIT_FAILURES,
})

export type Taken = {
  readonly allowed: boolean
  readonly policy: Policy
  readonly limit: number
  readonly remaining: number
  /** Until the next minute begins. */
  readonly resetSeconds: number
}

export type Limiter = {
  /** Counts one request of `client`; undefined when the policy has no limit. `limit`: in place of the policy's own. */
  take(policy: Policy, client: string, limit?: number): Taken | undefined
  /** Tells the other processes and hears from them; runs each second by itself. */
  share(): Promise<void>
  close(): Promise<void>
}

type Entry = {
  readonly minute: number
  readonly policy: Policy
  readonly client: string
  readonly limit: number
  hits: number
  /** What other processes let through. */
  others: number
  unsharedHits: number
  unsharedRefused: number
}

const shareEveryMs = 1000
const noticeablePart = 20
/** So many clients a minute are told apart; the rest are one. A flood of addresses must not cost memory without bound. */
const maxClients = 100_000

export function makeLimiter(limits: Limits, database: Database | undefined, log: Logger): Limiter {
  let minute = 0
  let entries = new Map<string, Entry>()
  let touched = new Set<Entry>()
  let sharing: Promise<void> | undefined

  function entryOf(policy: Policy, client: string, limit: number, of: number): Entry {
    if (of !== minute) {
      minute = of
      entries = new Map()
    }
    const known = entries.get(`${policy} ${client}`)
    if (known) return known
    if (entries.size >= maxClients && client !== 'others') return entryOf(policy, 'others', limit, of)
    const entry = { minute, policy, client, limit, hits: 0, others: 0, unsharedHits: 0, unsharedRefused: 0 }
    entries.set(`${policy} ${client}`, entry)
    return entry
  }

  async function share(): Promise<void> {
    if (!database) return
    const due = [...touched].filter(
      ({ hits, others, limit, unsharedRefused }) => unsharedRefused > 0 || others > 0 || hits * noticeablePart >= limit,
    )
    // Those of a minute that is over and never became noticeable need no telling.
    const told = new Set(due)
    touched = new Set([...touched].filter((entry) => entry.minute === minute && !told.has(entry)))
    if (due.length === 0) return
    // In one order in every process, so that two never wait for each other's rows.
    due.sort((a, b) => a.minute - b.minute || compare(a.policy, b.policy) || compare(a.client, b.client))
    const counts = due.map((entry) => ({ ...entry, hits: entry.unsharedHits, refused: entry.unsharedRefused }))
    for (const entry of due) entry.unsharedHits = entry.unsharedRefused = 0
    try {
      const sums = await shareCounts(database, counts)
      const byName = new Map(sums.map((sum) => [`${sum.minute} ${sum.policy} ${sum.client}`, sum.hits]))
      for (const entry of due) {
        const sum = byName.get(`${entry.minute} ${entry.policy} ${entry.client}`)
        if (sum !== undefined) entry.others = Math.max(0, sum - (entry.hits - entry.unsharedHits))
      }
    } catch (error) {
      log.debug({ err: error }, 'rate limits could not be shared')
      due.forEach((entry, index) => {
        entry.unsharedHits += counts[index]!.hits
        entry.unsharedRefused += counts[index]!.refused
        touched.add(entry)
      })
    }
  }

  const shareOnce = () => {
    sharing ??= share().finally(() => {
      sharing = undefined
    })
    return sharing
  }
  const timer = setInterval(() => touched.size > 0 && void shareOnce(), shareEveryMs)
  timer.unref()

  return {
    take(policy, client, limit = limits[policy]) {
      if (limit === 0) return undefined
      // The minute is only a label of a window here: clocks that differ by seconds make it a little longer or shorter.
      const ms = now().getTime()
      const entry = entryOf(policy, client, limit, Math.floor(ms / 60_000))
      const used = entry.hits + entry.others
      const allowed = used < limit
      if (allowed) {
        entry.hits++
        entry.unsharedHits++
      } else entry.unsharedRefused++
      touched.add(entry)
      const remaining = Math.max(0, limit - used - 1)
      return { allowed, policy, limit, remaining, resetSeconds: 60 - Math.floor((ms % 60_000) / 1000) }
    },
    share: shareOnce,
    async close() {
      clearInterval(timer)
      await sharing
      await shareOnce()
    },
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
