/** Whether a browser sent a request from a page of this very origin: the guard of everything that sets or ends a session's cookies. */
import { forbidden, malformedRequest, Problem } from '#kernel/errors/index.ts'
import { isSameOrigin, type Request } from '#kernel/http/index.ts'

type Sent = Pick<Request, 'headers' | 'host'>

/**
 * Signing somebody in as an attacker (login CSRF) needs no session, so these routes cannot lean on its cookie. Whoever does not say
 * where a request comes from is no browser and has no use for cookies.
 */
export function requireSameOrigin(sent: Sent): void {
  if (!isSameOrigin(sent))
    throw new Problem(
      forbidden,
      'Cookies are set for pages of this address only. A program asks with "transport":"bearer" and gets its tokens in the body.',
    )
}

/** A neighbour under the same domain can plant a second cookie of a name; which one counts must not be a matter of luck. */
export function repeatedCookie({ headers }: Pick<Sent, 'headers'>, names: readonly string[]): string | undefined {
  const jar = headers.cookie
  if (!jar) return undefined
  const sent = jar.split(';').map((pair) => pair.split('=', 1)[0]!.trim())
  return names.find((name) => sent.indexOf(name) !== sent.lastIndexOf(name))
}

export function requireSingleCookies(request: Pick<Sent, 'headers'>, names: readonly string[]): void {
  const twice = repeatedCookie(request, names)
  if (twice) throw new Problem(malformedRequest, `The cookie ${twice} was sent twice. Delete this site's cookies.`)
}
