/** OpenAPI 3.1 from the routes' own schemas, and the page at `/docs`. Must be registered before the routes. */
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { randomToken } from '#kernel/clock/index.ts'
import { problemTypes } from '#kernel/errors/index.ts'
import { describeRoute } from './openapi-conventions.ts'
import type { Http } from './server.ts'

export async function describeApi(
  http: Http,
  { version, baseUrl }: { version: string; baseUrl: string },
): Promise<void> {
  await http.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'daytwo',
        version,
        description:
          "Errors are RFC 9457 problems; `type` is what clients switch on. Times are ISO 8601 in UTC, days are days of the tenant's time zone.",
      },
      servers: [{ url: baseUrl }],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer <key>`.' },
        },
      },
    },
    transform: (input) => describeRoute(input as Parameters<typeof describeRoute>[0]),
  })
}

const isPublic = { public: 'describes the API, holds no data', limit: 'anonymous' as const }

/**
 * The reference page, and `/docs/openapi.json`. The page brings four megabytes of script, so it lives in a server of its own
 * that is made when somebody first looks.
 */
export function docsRoutes(http: Http): void {
  const hidden = { config: isPublic, schema: { hide: true } }
  let pages: Promise<FastifyInstance> | undefined
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    pages ??= referencePages()
    const page = await (await pages).inject({ url: request.url === '/docs' ? '/docs/' : request.url })
    const type = String(page.headers['content-type'])
    reply.status(page.statusCode).type(type)
    if (!type.startsWith('text/html')) return reply.send(page.rawPayload)
    const nonce = randomToken(16)
    return reply.header('content-security-policy', policy(nonce)).send(page.payload.replaceAll(noncePlace, nonce))
  }
  http.get('/docs/openapi.json', hidden, () => http.swagger())
  http.get('/docs', hidden, answer)
  http.get('/docs/*', hidden, answer)
}

const noncePlace = '__CSP_NONCE__'
const policy = (nonce: string) =>
  `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

async function referencePages(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference')
  const pages = Fastify()
  const configuration = {
    url: '/docs/openapi.json',
    title: 'daytwo API',
    telemetry: false,
    withDefaultFonts: false,
    // What would lead to the library maker's own services.
    showDeveloperTools: 'never',
    agent: { disabled: true },
    mcp: { disabled: true },
    // Absolute, so that the page is the same with and without a slash at its end.
    cdn: '/docs/js/scalar.js',
    nonce: noncePlace,
  }
  await pages.register(scalar as never, { routePrefix: '/docs', configuration } as never)
  await pages.ready()
  return pages
}

/** One page per problem type: what it means and what to do. */
export function problemRoutes(http: Http): void {
  const pages = new Map(problemTypes().map((type) => [`/problems/${type.slug}`, type]))
  http.get(
    '/problems/*',
    { config: { public: 'explains errors, holds no data', limit: 'anonymous' }, schema: { hide: true } },
    (request, reply) => {
      const type = pages.get(request.url.split('?', 1)[0]!)
      if (!type) return reply.callNotFound()
      const { slug, title, status, remedy } = type
      if (request.headers.accept === 'application/json') return reply.send({ slug, title, status, remedy })
      return reply
        .type('text/html; charset=utf-8')
        .send(
          `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${type.title}</title>` +
            `<main><h1>${type.title}</h1><p><code>${type.slug}</code> · HTTP ${type.status}${type.retryable ? ' · may succeed when tried again' : ''}</p><p>${type.remedy}</p></main></html>`,
        )
    },
  )
}
