export { type Logger, openLog } from './log.ts'
export { metrics } from './metrics.ts'
