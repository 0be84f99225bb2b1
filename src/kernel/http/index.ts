export { type HealthOptions, healthRoutes, type ReadinessCheck } from './health.ts'
export { describeApi, docsRoutes, problemRoutes } from './openapi.ts'
export { type Authenticate, contextOf, type Http, makeHttp } from './server.ts'
