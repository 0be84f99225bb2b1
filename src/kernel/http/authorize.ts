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
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  const ownOrigin = origin !== undefined && URL.parse(origin)?.host === request.host
  const sameOrigin = site === undefined ? ownOrigin : site === 'same-origin'
  if (!sameOrigin) throw new Problem(forbidden, 'A session may only change things from the console itself.')
}

/** The caller of a route that has a permission. */
export function contextOf(request: FastifyRequest): Context {
  if (!request.caller) throw new Error('a public route has no caller')
  return { ...request.caller, requestId: request.id }
}
