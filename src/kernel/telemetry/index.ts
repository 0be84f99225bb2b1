export { type Logger, openLog } from './log.ts'
export { collectProcessMetrics, metrics } from './metrics.ts'
