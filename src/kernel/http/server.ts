/** The HTTP server: strict, bounded, one error model, one log line a request, no route without a stated permission. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
  type RouteOptions,
} from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { Histogram } from 'prom-client'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { forbidden, invalidRequest, malformedRequest, notFound, Problem, unauthorized } from '#kernel/errors/index.ts'
import { type Logger, metrics } from '#kernel/telemetry/index.ts'
import { replyWithProblem } from './problem-reply.ts'

export type Http = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The permission a caller needs. Exactly one of `permission` and `public` must be stated. */
    permission?: string
    /** Open to anyone; the reason stands here, for the reader and the route's test. */
    public?: string
  }
  interface FastifyRequest {
    /** Who calls; read it with `contextOf`, which throws on public routes. */
    caller: Context | undefined
  }
}

/** Finds out who calls, or returns undefined when the request carries no credentials of this kind; throws on bad ones. */
export type Authenticate = (request: FastifyRequest) => Promise<Context | undefined>

export type HttpOptions = {
  log: Logger
  requestTimeoutMs: number
  /** CIDR list of proxies whose forwarding headers are believed; none by default. */
  trustProxy?: string[] | undefined
  authenticators: readonly Authenticate[]
  production: boolean
}

const bodyLimitBytes = 1024 * 1024
const requestIdShape = /^[A-Za-z0-9._-]{8,64}$/

const requestSeconds = new Histogram({
  name: 'daytwo_http_request_seconds',
  help: 'Duration of HTTP requests by route.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 1.5, 5],
  registers: [metrics],
})

export async function makeHttp(options: HttpOptions): Promise<Http> {
  const http = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: options.requestTimeoutMs,
    connectionTimeout: 0,
    forceCloseConnections: 'idle',
    trustProxy: options.trustProxy ?? false,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && requestIdShape.test(given) ? given : uuidv7()
    },
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>()
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(serializerCompiler)
  http.setErrorHandler(replyWithProblem)
  http.setNotFoundHandler(() => {
    throw new Problem(notFound, 'No route has this address.')
  })
  // JSON only: a form or text from another site needs no permission of the browser to be sent.
  http.removeContentTypeParser('text/plain')
  await http.register(cookie)
  await http.register(helmet, {
    contentSecurityPolicy: false,
    frameguard: { action: 'deny' },
    hsts: options.production,
    referrerPolicy: { policy: 'no-referrer' },
  })
  http.decorateRequest('caller', undefined)
  refuseUndecidedRoutes(http)
  http.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    await authorize(request, options.authenticators)
  })
  http.addHook('preValidation', async ({ params, query, body }) => {
    for (const [place, value] of [
      ['params', params],
      ['query', query],
      ['#', body],
    ] as const)
      refuseUnfit(value, place)
  })
  http.addHook('onResponse', logAndMeasure)
  return http
}

/** Checked when all routes are known: a plugin's own routes get their statement from the scope that registers it. */
function refuseUndecidedRoutes(http: Http) {
  const routes: RouteOptions[] = []
  http.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && route.method !== 'OPTIONS') routes.push(route as RouteOptions)
  })
  http.addHook('onReady', async () => {
    for (const { method, url, config } of routes)
      if ((config?.permission === undefined) === (config?.public === undefined))
        throw new Error(`route ${method} ${url} must state either a permission or why it is public`)
  })
}

async function authorize(request: FastifyRequest, authenticators: readonly Authenticate[]) {
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
  if (request.caller?.actor.type !== 'session' || request.method === 'GET' || request.method === 'HEAD') return
  const site = request.headers['sec-fetch-site']
  const { origin } = request.headers
  const ownOrigin = origin !== undefined && URL.parse(origin)?.host === request.host
  const sameOrigin = site === undefined ? ownOrigin : site === 'same-origin'
  if (!sameOrigin) throw new Problem(forbidden, 'A session may only change things from the console itself.')
}

/** No request of ours nests deeper; an endless one would exhaust the stack of whoever walks it. */
const maxDepth = 32

/** PostgreSQL's text holds no NUL, so no text of ours may. What intake receives is kept as bytes and not looked at here. */
function refuseUnfit(value: unknown, pointer: string, depth = 0): void {
  if (depth > maxDepth) throw new Problem(malformedRequest, `The body is nested deeper than ${maxDepth} levels.`)
  if (typeof value === 'string' && value.includes('\0'))
    throw new Problem(invalidRequest, 'A text holds a NUL character.', {
      errors: [{ pointer, detail: 'NUL is not allowed', code: 'nul' }],
    })
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return
  for (const [name, item] of Object.entries(value)) {
    refuseUnfit(name, pointer)
    refuseUnfit(item, `${pointer}/${name}`, depth + 1)
  }
}

function logAndMeasure(request: FastifyRequest, reply: { statusCode: number; elapsedTime: number }, done: () => void) {
  const route = request.routeOptions.url ?? 'unknown'
  requestSeconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000)
  request.log.info(
    {
      file: 'access',
      tenantId: request.caller?.tenantId,
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      ip: request.ip,
    },
    'request',
  )
  done()
}

/** The caller of a route that has a permission. */
export function contextOf(request: FastifyRequest): Context {
  if (!request.caller) throw new Error('a public route has no caller')
  return { ...request.caller, requestId: request.id }
}
