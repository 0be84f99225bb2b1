/** What a reply says about how much may still be asked. Pure. */
export type Quota = { readonly limit: number; readonly remaining: number; readonly resetsAt: Date }

type Fields = Pick<Headers, 'get'>

const defaultWaitMs = 60_000
const mostWaitMs = 24 * 3_600_000
/** Left for others who use the same token: a twentieth, at most 50. */
const reserveOf = (limit: number) => Math.min(50, Math.floor(limit / 20))

/** GitHub's count; undefined where none is sent. */
export function quotaOf(headers: Fields): Quota | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => {
    const text = headers.get(`x-ratelimit-${name}`)
    return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
  }) as [number, number, number]
  if (Number.isNaN(remaining) || Number.isNaN(reset)) return undefined
  return { limit: Number.isNaN(limit) ? remaining : limit, remaining, resetsAt: new Date(reset * 1000) }
}

/** Nothing is left but what belongs to others. */
export const isSpent = (quota: Quota | undefined, now: Date): boolean =>
  quota !== undefined && quota.remaining <= reserveOf(quota.limit) && quota.resetsAt > now

/**
 * Until when nothing may be asked, where that is what the reply says: 429, 503 with `Retry-After`, or a 403 that has nothing left or says
 * how long (GitHub's secondary limits). At least a second, at most a day ahead.
 */
export function throttledUntil(status: number, headers: Fields, now: Date): Date | undefined {
  const after = headers.get('retry-after')
  const quota = quotaOf(headers)
  const nothingLeft = quota?.remaining === 0
  const limited =
    status === 429 || (status === 403 && (after !== null || nothingLeft)) || (status === 503 && after !== null)
  if (!limited) return undefined
  const said = waitOf(after, now) ?? (nothingLeft ? quota.resetsAt.getTime() - now.getTime() : defaultWaitMs)
  return new Date(now.getTime() + Math.min(Math.max(said, 1000), mostWaitMs))
}

/** Milliseconds; `Retry-After` is seconds or a date. */
function waitOf(after: string | null, now: Date): number | undefined {
  if (after === null) return undefined
  if (/^\d{1,9}$/.test(after.trim())) return Number(after) * 1000
  const at = Date.parse(after)
  return Number.isNaN(at) ? undefined : at - now.getTime()
}
