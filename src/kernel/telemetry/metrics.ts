/** The one registry of Prometheus metrics; all names start with `daytwo_`. */
import { collectDefaultMetrics, Registry } from 'prom-client'

export const metrics = new Registry()

/** Process metrics (CPU, memory, event-loop lag) of a serving process; not called by short commands. */
export const collectProcessMetrics = (): void => collectDefaultMetrics({ register: metrics, prefix: 'daytwo_' })
