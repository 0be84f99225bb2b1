/** What every route must have stated, checked before the server is ready; and which methods an address takes. */
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { methodNotAllowed, notFound, Problem } from '#kernel/errors/index.ts'
import type { Http } from './server.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, as its module registered it. */
    readonly registeredRoutes: readonly RouteOptions[]
  }
}

/** Checked when all routes are known: a plugin's own routes get their statement from the scope that registers it. */
export function watchRoutes(http: Http): { refuseUnknown(request: FastifyRequest, reply: FastifyReply): never } {
  const routes: RouteOptions[] = []
  http.decorate('registeredRoutes', routes)
  http.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && route.method !== 'OPTIONS') routes.push(route as RouteOptions)
  })
  http.addHook('onReady', async () => {
    for (const { method, url, config } of routes) {
      if ((config?.permission === undefined) === (config?.public === undefined))
        throw new Error(`route ${method} ${url} must state either a permission or why it is public`)
      if (method === 'POST' && config?.permission !== undefined && config.idempotency === undefined)
        throw new Error(
          `route POST ${url} must state in its config what it does with an Idempotency-Key: idempotency: 'replay', 'secret' when its answer holds one, or { none: why }`,
        )
    }
  })

  /** Patterns as expressions, made when somebody first misses. */
  let patterns: { readonly method: string; readonly shape: RegExp }[] | undefined
  return {
    refuseUnknown(request, reply) {
      patterns ??= routes
        .filter(({ url }) => !url.includes('*'))
        .flatMap(({ method, url }) =>
          [method].flat().map((name) => ({ method: name, shape: new RegExp(`^${expression(url)}$`) })),
        )
      const path = request.url.split('?', 1)[0]!
      const methods = patterns.filter(({ shape }) => shape.test(path)).map(({ method }) => method)
      if (methods.length === 0 || methods.includes(request.method))
        throw new Problem(notFound, 'No route has this address.')
      const allowed = [...new Set(methods.includes('GET') ? ['GET', 'HEAD', ...methods] : methods)].join(', ')
      reply.header('allow', allowed)
      throw new Problem(methodNotAllowed, `This address takes ${allowed}.`)
    },
  }
}

const expression = (url: string) =>
  url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('/')
