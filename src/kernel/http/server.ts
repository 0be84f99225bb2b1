/** The HTTP server: strict, bounded, one error model, one log line a request, no route without a stated permission. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import cookie from '@fastify/cookie'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { Histogram } from 'prom-client'
import { uuidv7 } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { Problem, unauthorized } from '#kernel/errors/index.ts'
import type { Idempotency } from '#kernel/idempotency/index.ts'
import type { Limiter } from '#kernel/limits/index.ts'
import { type Logger, metrics } from '#kernel/telemetry/index.ts'
import { type Authenticate, authorize } from './authorize.ts'
import { answerClientError } from './client-errors.ts'
import { drainable } from './draining.ts'
import { idempotentRequests } from './idempotent-requests.ts'
import { openStreams } from './open-streams.ts'
import { replyWithProblem } from './problem-reply.ts'
import { limitCaller, limitFailure } from './rate-limits.ts'
import {
  refuseEncoded,
  refuseForeignHost,
  refuseLoop,
  refuseRepeatedParameters,
  refuseUnfit,
  refuseUntaken,
} from './request-checks.ts'
import { watchRoutes } from './routes.ts'
import { replyHeaders, securityHeaders } from './security-headers.ts'
import { readJson } from './strict-json.ts'

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
    /** For machines that send much and wait for themselves: no timer and no headers for browsers a request. The reason stands here. */
    lean?: string
  }
  interface FastifyRequest {
    /** Who calls; read it with `contextOf`, which throws on public routes. */
    caller: Context | undefined
  }
}

export type HttpOptions = {
  log: Logger
  /** For a request to arrive, and again for it to be answered. */
  requestTimeoutMs: number
  /** For the headers alone to arrive. */
  headersTimeoutMs?: number | undefined
  /** CIDR list of proxies whose forwarding headers are believed; none by default. */
  trustProxy?: string[] | undefined
  authenticators: readonly Authenticate[]
  production: boolean
  /** Without one nothing is limited. */
  limiter?: Limiter | undefined
  /** Without one an `Idempotency-Key` has no effect. */
  idempotency?: Idempotency | undefined
  /** Host names that are answered; undefined is any. */
  hosts?: ReadonlySet<string> | undefined
  /** The mark that requests of this installation carry; one that comes in is a loop. */
  hop?: string | undefined
  /** Calls back when anybody's rights changed, so that open streams are looked at again at once. */
  onRightsChanged?: ((heard: () => void) => void) | undefined
}

const bodyLimitBytes = 1024 * 1024
const headersTimeoutMs = 15_000
/** How often Node looks for connections that trickle. */
const maxCheckMs = 5000
const requestIdShape = /^[A-Za-z0-9._-]{8,64}$/

const requestSeconds = new Histogram({
  name: 'daytwo_http_request_seconds',
  help: 'Duration of HTTP requests by route.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 1.5, 5],
  registers: [metrics],
})

export async function makeHttp(options: HttpOptions): Promise<Http> {
  const { requestTimeoutMs, limiter } = options
  const http = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 0,
    http: {
      headersTimeout: Math.min(requestTimeoutMs, options.headersTimeoutMs ?? headersTimeoutMs),
      connectionsCheckingInterval: Math.min(requestTimeoutMs, maxCheckMs),
    },
    forceCloseConnections: 'idle',
    trustProxy: options.trustProxy ?? false,
    clientErrorHandler: answerClientError,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && requestIdShape.test(given) ? given : uuidv7()
    },
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>()
  http.setValidatorCompiler(validatorCompiler)
  http.setSerializerCompiler(serializerCompiler)
  http.setErrorHandler((error, request: FastifyRequest, reply: FastifyReply) =>
    replyWithProblem(limiter ? limitFailure(error, request, reply, limiter) : error, request, reply),
  )
  // JSON only: a form or text from another site needs no permission of the browser to be sent.
  http.removeAllContentTypeParsers()
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) =>
    readJson(request.headers['content-type'], body),
  )
  http.decorate('drain', drainable(http))
  await http.register(cookie)
  // Before helmet, which looks at a route when it is made.
  http.addHook('onRoute', (route) => {
    if (route.config?.stream) return
    if (route.config?.lean === undefined) route.handlerTimeout ??= requestTimeoutMs
    else (route as { helmet?: false }).helmet = false
  })
  await securityHeaders(http, options.production)
  http.decorateRequest('caller', undefined)
  const { refuseUnknown } = watchRoutes(http)
  http.setNotFoundHandler(refuseUnknown)
  http.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.lean === undefined) reply.headers(replyHeaders)
    reply.header('x-request-id', request.id)
    refuseForeignHost(request, options.hosts)
    refuseLoop(request, options.hop)
    refuseEncoded(request)
    refuseRepeatedParameters(request)
    await authorize(request, options.authenticators)
    if (limiter) limitCaller(request, reply, limiter)
  })
  http.addHook('preValidation', async (request) => {
    refuseUntaken(request)
    refuseUnfit(request.params, 'params')
    refuseUnfit(request.query, 'query')
    refuseUnfit(request.body, '#')
  })
  if (options.idempotency) idempotentRequests(http, options.idempotency)
  openStreams(http, {
    async authorizeAgain(request) {
      const tenantId = request.caller?.tenantId
      await authorize(request, options.authenticators)
      if (request.caller?.tenantId !== tenantId)
        throw new Problem(unauthorized, 'The caller acts for another tenant now.')
    },
    onRightsChanged: options.onRightsChanged,
  })
  http.addHook('onResponse', logAndMeasure)
  if (limiter) http.addHook('onClose', () => limiter.close())
  return http
}

function logAndMeasure(request: FastifyRequest, reply: { statusCode: number; elapsedTime: number }, done: () => void) {
  const route = request.routeOptions.url ?? 'unknown'
  if (!request.routeOptions.config.stream)
    requestSeconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
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
