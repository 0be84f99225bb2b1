/** The API process's HTTP server with all modules' routes, the documents and the console. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import { randomToken } from '#kernel/clock/index.ts'
import type { Config } from '#kernel/config/index.ts'
import {
  describeApi,
  docsRoutes,
  type Http,
  healthRoutes,
  makeHttp,
  problemRoutes,
  type ReadinessCheck,
  servedHosts,
} from '#kernel/http/index.ts'
import { makeIdempotency } from '#kernel/idempotency/index.ts'
import { limitSettings, makeLimiter } from '#kernel/limits/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import type { Composed } from './compose.ts'

export const version: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
/** A request that got its time-out answer may still be committing. */
const leaseMarginMs = 5000
const consoleDist = new URL('../../console/dist/', import.meta.url)

export async function makeHttpApp(
  config: Config,
  composed: Composed,
  log: Logger,
  checks: readonly ReadinessCheck[],
): Promise<Http> {
  const http = await makeHttp({
    log,
    requestTimeoutMs: config.REQUEST_TIMEOUT_MS,
    trustProxy: config.TRUST_PROXY?.split(',').map((cidr) => cidr.trim()),
    authenticators: composed.access.authenticators,
    production: config.production,
    limiter: makeLimiter(limitSettings(config), composed.database, log),
    idempotency: makeIdempotency(composed.database, config.REQUEST_TIMEOUT_MS + leaseMarginMs),
    hosts: servedHosts([config.API_BASE_URL, config.WEB_BASE_URL], config.ALLOWED_HOSTS),
    onRightsChanged: composed.live.onRightsChanged,
    hop: composed.dial.hop,
  })
  await describeApi(http, { version, baseUrl: config.baseUrl })
  healthRoutes(http, { alive: () => true, checks, metricsToken: config.METRICS_TOKEN })
  await http.register(
    async (api: Http) => {
      composed.operations.requests.observe(api)
      for (const module of composed.started) await module.routes?.(api)
    },
    { prefix: '/api/v1' },
  )
  for (const module of composed.started) await module.rootRoutes?.(http)
  problemRoutes(http)
  docsRoutes(http)
  await consoleRoutes(http)
  http.addHook('onClose', async () => {
    for (const module of composed.started) await module.drain?.()
    await composed.dial.close()
  })
  return http
}

/** The built console: hashed assets for ever, and its page for every other address a browser asks for. */
async function consoleRoutes(http: Http) {
  const index = fileURLToPath(new URL('index.html', consoleDist))
  if (!existsSync(index)) return
  const config = { public: "the console's files hold no data" }
  const page = readFileSync(index, 'utf8')
  await http.register(async (scope: Http) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...config, ...route.config }
    })
    await scope.register(fastifyStatic, {
      root: fileURLToPath(consoleDist),
      wildcard: false,
      index: false,
      globIgnore: ['index.html', '.*', '.*/**', '**/*.{br,gz}'],
      preCompressed: true,
      // Names below assets carry a digest of their content; the others may change with the next release.
      setHeaders: (reply, path) =>
        void reply.header(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
      cacheControl: false,
    })
    scope.get('/*', { schema: { hide: true } }, (request, reply) => {
      if (!request.headers.accept?.includes('text/html')) return reply.callNotFound()
      const nonce = randomToken(16)
      return reply
        .header('content-security-policy', policy(nonce))
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(page.replaceAll('__CSP_NONCE__', nonce))
    })
  })
}

const policy = (nonce: string) =>
  `default-src 'self'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`
