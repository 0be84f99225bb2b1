/** A window's figures as the replies show them: five metrics with their standing, a series, a histogram. */
import { type Bands, level } from './bands.ts'
import { dayText, type Interval, slices } from './calendar.ts'
import { type Measurement, type MetricDefinition, share } from './metrics/definition.ts'
import { metricDefinitions } from './metrics/index.ts'
import type { DayRow } from './queries.ts'
import type { DoraReply, Metric, MetricName, OverviewReply } from './schemas.ts'
import { type Window, windowOf } from './window.ts'

/** Fewer observations than this are shown, but labelled. */
const confidentFrom = 5

/** Nothing is never 0, and little is said to be little. */
const standing = ({ name }: MetricDefinition, { value, banded, n }: Measurement, bands: Bands) => ({
  state:
    n === 0 || value === null
      ? ('insufficient_data' as const)
      : n < confidentFrom
        ? ('low_confidence' as const)
        : ('ok' as const),
  level: level(name, value === null ? null : (banded ?? value), bands),
})

export const measure = (window: Window, bands: Bands): Metric[] =>
  metricDefinitions.map((metric) => {
    const { name, unit, definition, summary } = metric
    const measured = metric.compute(window)
    const { value, n, coverage, details } = measured
    return { name, value, unit, n, coverage, definition, summary, ...standing(metric, measured, bands), details }
  })

/** Deployment traceability: share of deployments with a change that names a ticket, itself or by its pull request. */
export const traceabilityOf = ({
  deployments,
  ticketed,
  deploymentsWithChanges,
}: Window): DoraReply['traceability'] => ({
  definition: 'daytwo/deployment-traceability@1',
  value: share(ticketed, deployments),
  n: deployments,
  traced: ticketed,
  changes_unknown: deployments - deploymentsWithChanges,
})

/** The values alone, for a table of many streams. */
export const measureBriefly = (window: Window, bands: Bands): OverviewReply['streams'][number]['metrics'] =>
  byName((metric) => {
    const measured = metric.compute(window)
    return { value: measured.value, n: measured.n, ...standing(metric, measured, bands) }
  })

export function seriesOf(
  rows: readonly DayRow[],
  span: { from: number; to: number },
  interval: Interval,
  now: Date,
): DoraReply['series'] {
  const idle = rows.every((row) => row.deployments === 0)
  return slices(span.from, span.to, interval).map((slice) => {
    const window = windowOf(rows, slice, now)
    const values = byName((metric) => {
      const { value, n } = metric.compute(window)
      return { value: value === null && metric.zeroWhenIdle && !idle ? 0 : value, n }
    })
    return { from: dayText(slice.from), to: dayText(slice.to), values, deployments: window.deployments }
  })
}

const byName = <T>(make: (metric: MetricDefinition) => T) =>
  Object.fromEntries(metricDefinitions.map((metric) => [metric.name, make(metric)])) as Record<MetricName, T>

const [minute, hour, day] = [60, 3600, 86_400]
/** Fixed, so that histograms of any two windows can be compared; the last is open. */
const edges = [
  0,
  15 * minute,
  hour,
  4 * hour,
  12 * hour,
  day,
  2 * day,
  4 * day,
  7 * day,
  14 * day,
  30 * day,
  90 * day,
  180 * day,
]

export function distributionOf(lead: Int32Array): DoraReply['lead_time_distribution'] {
  const counts = new Array<number>(edges.length).fill(0)
  for (const seconds of lead) {
    let bin = edges.length - 1
    while (seconds < edges[bin]!) bin--
    counts[bin]!++
  }
  return edges.map((from, bin) => ({ from_seconds: from, to_seconds: edges[bin + 1] ?? null, count: counts[bin]! }))
}
