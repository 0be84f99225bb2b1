/** Metric-specific figures, named by the API in `docs/metrics.md`, as rows of words. Pure. */
import type { Metric } from '#modules/delivery/dora/schemas.ts'
import { capitalize, formatDuration, formatRatio, humanize, shortNumber } from '~/ui/format.ts'

/** `[name, value]` per figure; the unit is told by the end of its name, percentiles are durations. */
export function detailRows(metric: Metric): [string, string][] {
  return Object.entries(metric.details).flatMap(([name, value]): [string, string][] => {
    if (value === null) return []
    const label = capitalize(humanize(name.replace(/_(seconds|ratio|share|rate)$/, '')))
    if (typeof value === 'object') {
      if (value.n === 0) return []
      const { p50, p75, p90 } = value
      return [[`${label}, p50 / p75 / p90`, [p50, p75, p90].map(formatDuration).join(' / ')]]
    }
    if (name.endsWith('_seconds')) return [[label, formatDuration(value)]]
    if (/_(ratio|share|rate)$/.test(name)) return [[label, formatRatio(value)]]
    return [[label, shortNumber(value)]]
  })
}
