/** What a metric is. Each lives in a file of its own and is listed in `index.ts`; docs/metrics.md tells them to people. */
import type { Percentiles } from '../nearest-rank.ts'
import type { Metric, MetricName } from '../schemas.ts'
import type { Window } from '../window.ts'

export type Measurement = {
  /** In the metric's unit; null when there is nothing to compute it of. */
  readonly value: number | null
  /** What the bands are applied to, where that is not the value itself. */
  readonly banded?: number
  /** Observations that the value rests on. */
  readonly n: number
  /** Share (0–1) of what should have been measured that could be; null where the notion does not apply. */
  readonly coverage: number | null
  readonly details: Readonly<Record<string, number | null | Percentiles>>
}

export type MetricDefinition = {
  readonly name: MetricName
  readonly unit: Metric['unit']
  /** Version of the definition; a change of what is computed is a new version. */
  readonly definition: string
  /** The definition in a sentence, naming the clock. */
  readonly summary: string
  /** In a series, an interval without observations is a true zero as long as the window has some. */
  readonly zeroWhenIdle?: boolean
  compute(window: Window): Measurement
}

/** A part of a whole, or null where there is no whole. */
export const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)

/** Whole seconds since `since`, or null where nothing is open. */
export const ageSeconds = (since: Date | null, now: Date): number | null =>
  since && Math.max(0, Math.floor((now.getTime() - since.getTime()) / 1000))
