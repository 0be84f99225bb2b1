export { clientOf } from './client.ts'
export { type Limiter, limitSettings, makeLimiter, type Taken } from './limiter.ts'
export { purgeRateWindows } from './shared-counts.ts'
