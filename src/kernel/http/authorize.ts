/** Who calls, and whether they may. */
import type { FastifyRequest } from 'fastify'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { forbidden, Problem, unauthorized } from '#kernel/errors/index.ts'

/** Finds out who calls, or returns undefined when the request carries no credentials of this kind; throws on bad ones. */
export type Authenticate = (request: FastifyRequest) => Promise<Context | undefined>

export async function authorize(request: FastifyRequest, authenticators: readonly Authenticate[]): Promise<void> {
  const { permission } = request.routeOptions.config
  if (permission === undefined) return
  for (const authenticate of authenticators) {
    request.caller = await authenticate(request)
    if (request.caller) break
  }
  if (!request.caller) throw new Problem(unauthorized, 'The request carries no key and no session.')
  refuseForeignOrigin(request)
  requirePermission(request.caller, permission)
}

/** A browser sends the session cookie along with other sites' requests too; those may not change anything. */
function refuseForeignOrigin(request: FastifyRequest) {
  if (!request.caller?.cookie || request.method === 'GET' || request.method === 'HEAD') return
  if (!isSameOrigin(request)) throw new Problem(forbidden, 'A session may only change things from the console itself.')
}

/**
 * Whether a browser sent this from a page of this very origin. No page can set these headers. What `sec-fetch-site` says holds behind
 * a proxy that renames the host too; browsers without it, and those on plain http, say their origin.
 */
export function isSameOrigin({ headers, host }: Pick<FastifyRequest, 'headers' | 'host'>): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  if (site !== undefined) return site === 'same-origin'
  return origin !== undefined && URL.parse(origin)?.host === host
}

/** The caller of a route that has a permission. */
export function contextOf(request: FastifyRequest): Context {
  if (!request.caller) throw new Error('a public route has no caller')
  return { ...request.caller, requestId: request.id }
}
