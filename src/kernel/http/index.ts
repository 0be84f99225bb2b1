/** What port types of modules may name without knowing the framework. */
export type { FastifyReply as Reply, FastifyRequest as Request } from 'fastify'
export { type Authenticate, contextOf, isSameOrigin } from './authorize.ts'
export { type HealthOptions, healthRoutes, type ReadinessCheck } from './health.ts'
export { describeApi, docsRoutes, problemRoutes } from './openapi.ts'
export { servedHosts } from './request-checks.ts'
export { type Http, makeHttp } from './server.ts'
