/** The flow metrics of what was counted. Pure; days are numbers since 1970-01-01. */
import { dayText, type Interval, nearestRanks, slices } from '#modules/delivery/dora/index.ts'
import type { FlowReply } from './schemas.ts'

/** Fewer observations than this are shown, but labelled. */
const confidentFrom = 5
const stateOf = (n: number) =>
  n === 0 ? ('insufficient_data' as const) : n < confidentFrom ? ('low_confidence' as const) : ('ok' as const)

export const slePercent = 85

/** So many items for each whole number; null keys are what the number is not known of. */
export type Histogram = readonly { readonly value: number | null; readonly items: number }[]

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
const known = (histogram: Histogram) =>
  histogram.filter((bin): bin is { value: number; items: number } => bin.value !== null)

/** Nearest-rank percentiles of calendar days from start to finish. */
export function cycleTime(histogram: Histogram): FlowReply['cycle_time'] {
  const bins = known(histogram)
  const n = sum(bins.map(({ items }) => items))
  const all = sum(histogram.map(({ items }) => items))
  const values = new Int32Array(n)
  let at = 0
  for (const { value, items } of bins) {
    values.fill(value, at, at + items)
    at += items
  }
  const [p50, p70, p85, p95] = nearestRanks(values, [50, 70, 85, 95]) as [number, number, number, number]
  const mean = n === 0 ? null : sum(bins.map(({ value, items }) => value * items)) / n
  return { p50, p70, p85, p95, mean, n, coverage: all === 0 ? null : n / all, state: stateOf(n) }
}

type Cycle = Pick<FlowReply['cycle_time'], 'p50' | 'p70' | 'p85'>

/** The highest percentile of the history that an item of that age has outlived. */
export function passedBy(ageDays: number, { p50, p70, p85 }: Cycle): 50 | 70 | 85 | null {
  if (p85 !== null && ageDays > p85) return 85
  if (p70 !== null && ageDays > p70) return 70
  return p50 !== null && ageDays > p50 ? 50 : null
}

/** How many of the open items are older than each percentile. */
export function passedCounts(ages: Histogram, { p50, p70, p85 }: Cycle): FlowReply['aging']['passed'] {
  const older = (limit: number | null) =>
    limit === null ? null : sum(known(ages).map(({ value, items }) => (value > limit ? items : 0)))
  return { p50: older(p50), p70: older(p70), p85: older(p85) }
}

/** How many items on each day since the window began, and how many are open now. */
export type Flows = {
  readonly arrived: ReadonlyMap<number, number>
  readonly started: ReadonlyMap<number, number>
  readonly finished: ReadonlyMap<number, number>
  readonly open: number
  readonly inProgress: number
}
type Span = { readonly from: number; readonly to: number }

/** Totals at the end of each day of the span; index 0 is before it. */
const cumulative = (of: ReadonlyMap<number, number>, before: number, { from, to }: Span): number[] => {
  const totals = [before]
  for (let day = from; day <= to; day++) totals.push(totals.at(-1)! + (of.get(day) ?? 0))
  return totals
}

/**
 * Throughput, the cumulative flow and Little's law of a span that ends today at the latest. What was open when the window began
 * follows from what is open now: it is that, less what came since, and what went since.
 */
export function flowOf(flows: Flows, span: Span, interval: Interval, meanCycleDays: number | null) {
  const [came, begun, went] = [flows.arrived, flows.started, flows.finished].map((of) => sum([...of.values()])) as Three
  const arrived = cumulative(flows.arrived, flows.open - came + went, span)
  const started = cumulative(flows.started, flows.inProgress - begun + went, span)
  const finished = cumulative(flows.finished, 0, span)
  const days = Math.max(0, span.to - span.from + 1)
  const at = (totals: readonly number[], day: number): number => totals[day - span.from + 1]!
  // An item is in progress on the day it starts and on the day it finishes, as its cycle time counts both.
  const wipDays = Array.from({ length: days }, (_, index) => started[index + 1]! - finished[index]!)
  const done = finished.at(-1)!
  const meanWip = days === 0 ? null : sum(wipDays) / days
  const perDay = done === 0 ? null : done / days
  return {
    throughput: {
      finished: done,
      arrived: arrived.at(-1)! - arrived[0]!,
      per_week: perDay === null ? null : perDay * 7,
      state: stateOf(done),
    },
    series: slices(span.from, span.to, interval).map(({ from, to }) => ({
      from: dayText(from),
      to: dayText(to),
      finished: at(finished, to) - at(finished, from - 1),
      arrived_total: at(arrived, to),
      started_total: at(started, to),
      finished_total: at(finished, to),
      wip: at(started, to) - at(finished, to),
    })),
    little: {
      mean_wip: meanWip,
      throughput_per_day: perDay,
      mean_cycle_days: meanCycleDays,
      implied_cycle_days: meanWip === null || perDay === null ? null : meanWip / perDay,
    },
  }
}
type Three = [number, number, number]

/** Share of the time from start to finish that was in work. */
export function efficiency(
  measured: number,
  activeSeconds: number,
  elapsedSeconds: number,
): FlowReply['flow_efficiency'] {
  if (measured === 0 || elapsedSeconds === 0) return { value: null, n: measured, state: 'not_measured' }
  const state = measured < confidentFrom ? 'low_confidence' : 'ok'
  return { value: Math.min(1, activeSeconds / elapsedSeconds), n: measured, state }
}
