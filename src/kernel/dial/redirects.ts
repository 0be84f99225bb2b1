/** What a redirect may change, and what it may not take along. */
import { Problem } from '#kernel/errors/index.ts'
import { answerUnusable } from './problems.ts'

export type Hop = {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | null
}

const redirecting = new Set([301, 302, 303, 307, 308])
export const isRedirect = (status: number): boolean => redirecting.has(status)

/** Fields that another origin may see: everything else may be a credential. */
const harmless = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

/** The request that `location` asks for; the target itself is checked by whoever sends it. */
export function nextHop(hop: Hop, status: number, location: string): Hop {
  const url = URL.parse(location, hop.url.href)
  if (!url) throw new Problem(answerUnusable, 'The answer redirects to something that is no address.')
  if (hop.url.protocol === 'https:' && url.protocol !== 'https:')
    throw new Problem(answerUnusable, 'The answer redirects away from https.')
  const sameOrigin = url.origin === hop.url.origin
  const reads = hop.method === 'GET' || hop.method === 'HEAD'
  const becomesGet = status === 303 ? !reads : (status === 301 || status === 302) && hop.method === 'POST'
  if (!sameOrigin && !becomesGet && hop.body !== null)
    throw new Problem(answerUnusable, 'The answer redirects what was sent to another host.')
  const headers = Object.fromEntries(
    Object.entries(hop.headers).filter(
      ([name]) => (sameOrigin || harmless.has(name)) && !(becomesGet && name.startsWith('content-')),
    ),
  )
  return becomesGet ? { url, method: 'GET', headers, body: null } : { url, method: hop.method, headers, body: hop.body }
}
