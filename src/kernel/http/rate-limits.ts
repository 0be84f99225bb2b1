/**
 * Limits on requests, and their headers. Wrong keys and signatures are counted against the address they come from; right ones
 * from there still pass, so nobody shuts a neighbour out, and a signed webhook is never limited.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Counter } from 'prom-client'
import { Problem, quotaExceeded, unauthorized } from '#kernel/errors/index.ts'
import { clientOf, type Limiter, type Taken } from '#kernel/limits/index.ts'
import { metrics } from '#kernel/telemetry/index.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Which limit applies. Routes with a permission: `reads` or `writes` by method, or that many a minute of one caller. Public ones: none,
     * unless they say `anonymous` or `sign-in` (which counts every attempt).
     */
    limit?: 'anonymous' | 'sign-in' | number
  }
}

const limited = new Counter({
  name: 'daytwo_rate_limited_total',
  help: 'Requests refused with 429 by route.',
  labelNames: ['route'],
  registers: [metrics],
})

/** Counts an admitted caller; after authorisation. */
export function limitCaller(request: FastifyRequest, reply: FastifyReply, limiter: Limiter): void {
  const { limit } = request.routeOptions.config
  if (request.caller) {
    const { actor, tenantId } = request.caller
    const client = `${actor.type}:${actor.id}`
    const own = typeof limit === 'number' ? limit : undefined
    const kind = request.method === 'GET' || request.method === 'HEAD' ? 'reads' : 'writes'
    // A limit of the route's own is counted apart from the others.
    const of = own === undefined ? client : `${client} ${request.routeOptions.url}`
    const taken = limiter.take(kind, of, own)
    if (taken?.allowed === false) refuse(request, reply, taken)
    const shared = limiter.take('tenant', `tenant:${tenantId}`)
    const tightest = shared && (!taken || !shared.allowed || shared.remaining < taken.remaining) ? shared : taken
    if (tightest) enforce(request, reply, tightest)
  } else if (limit === 'anonymous' || limit === 'sign-in') {
    const taken = limiter.take(limit, clientOf(request.ip))
    if (taken) enforce(request, reply, taken)
  }
}

function enforce(request: FastifyRequest, reply: FastifyReply, taken: Taken) {
  if (!taken.allowed) refuse(request, reply, taken)
  announce(reply, taken)
}

function refuse(request: FastifyRequest, reply: FastifyReply, taken: Taken): never {
  announce(reply, taken)
  throw exceeded(request, taken)
}

/**
 * The error to reply with: a refusal of credentials becomes 429 once the address had too many. Requests without any credentials
 * count as anonymous ones, for an open console asks again and again until somebody signs in.
 */
export function limitFailure(error: unknown, request: FastifyRequest, reply: FastifyReply, limiter: Limiter): unknown {
  if (!(error instanceof Problem) || error.type.status !== 401) return error
  const policy = error.type === unauthorized ? 'anonymous' : 'failures'
  const taken = limiter.take(policy, clientOf(request.ip))
  if (!taken || taken.allowed) return error
  announce(reply, taken)
  return exceeded(request, taken)
}

function exceeded(request: FastifyRequest, { policy, limit, resetSeconds }: Taken): Problem {
  limited.inc({ route: request.routeOptions.url ?? 'unknown' })
  return new Problem(quotaExceeded, `The limit "${policy}" of ${limit} requests a minute is used up.`, {
    extension: { 'violated-policies': [policy], retryAfterSeconds: resetSeconds },
  })
}

/** The fields of the IETF draft, and the three older ones that most clients know. */
function announce(reply: FastifyReply, { policy, limit, remaining, resetSeconds }: Taken) {
  reply.headers({
    'ratelimit-policy': `"${policy}";q=${limit};w=60`,
    ratelimit: `"${policy}";r=${remaining};t=${resetSeconds}`,
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  })
}
