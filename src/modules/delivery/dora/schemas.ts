/** Requests and replies of the DORA metrics; the console types and checks its end with the same schemas. */
import { z } from 'zod'

export const metricNames = [
  'deployment_frequency',
  'change_lead_time',
  'change_failure_rate',
  'failed_deployment_recovery_time',
  'deployment_rework_rate',
] as const
export type MetricName = (typeof metricNames)[number]

export const intervals = ['day', 'week', 'month'] as const
export const levels = ['elite', 'high', 'medium', 'low'] as const

const day = z.iso.date().describe("A day of the tenant's time zone, `YYYY-MM-DD`.")

export const asOf = z.iso
  .datetime()
  .max(35)
  .optional()
  .describe('Answers as daytwo knew it at this instant (UTC), ages included. From `as_of_from` of the reply until now.')

export const doraQuery = z.strictObject({
  stream: z
    .string()
    .max(63)
    .optional()
    .describe("A delivery stream's id; without it (and without tech_stream), everything."),
  tech_stream: z.string().max(63).optional().describe("A tech stream's id."),
  from: day.optional().describe('First day, included. Default: 89 days before `to`.'),
  to: day.optional().describe('Last day, included. Default: today.'),
  interval: z
    .enum(intervals)
    .optional()
    .describe('Width of the points of the series. Default: week. Weeks start on Monday.'),
  as_of: asOf,
})

/** Percentiles in seconds by nearest rank; null when there is nothing to take them of. */
export const percentiles = z.object({
  p50: z.number().nullable(),
  p75: z.number().nullable(),
  p90: z.number().nullable(),
  n: z.number(),
})

/** Where a value stands: its band, or why it has none. */
const standing = {
  /** Why there is no value: `insufficient_data` is never shown as 0. */
  state: z.enum(['ok', 'low_confidence', 'insufficient_data']),
  level: z.enum(levels).nullable(),
}

export const metric = z.object({
  name: z.enum(metricNames),
  /** In `unit`; null when there is insufficient data. */
  value: z.number().nullable(),
  unit: z.enum(['deployment_days_per_week', 'seconds', 'ratio']),
  /** How many observations the value rests on. */
  n: z.number(),
  /** Share (0–1) of what should have been measured that could be; null where the notion does not apply. */
  coverage: z.number().nullable(),
  definition: z.string().describe('Version of the definition, kept with the number.'),
  /** The definition in a sentence, naming the clock. */
  summary: z.string(),
  ...standing,
  /** Metric-specific figures beside the value, each named in docs/metrics.md. */
  details: z.record(z.string(), z.union([z.number(), z.null(), percentiles])),
})
export type Metric = z.output<typeof metric>

export const seriesPoint = z.object({
  /** First day of the interval; the last interval may be cut by `to`. */
  from: day,
  to: day,
  values: z.record(z.enum(metricNames), z.object({ value: z.number().nullable(), n: z.number() })),
  deployments: z.number(),
})

/** Share of deployments that can be traced to a ticket. */
const traceability = z.object({
  definition: z.string(),
  /** 0–1; null without deployments. */
  value: z.number().nullable(),
  n: z.number(),
  traced: z.number(),
  /** Deployments without a known change, of which nobody can say what they deliver; they count as not traced. */
  changes_unknown: z.number(),
})

export const doraReply = z.object({
  stream: z.string().describe("The stream's id, or `all`."),
  from: day,
  to: day,
  interval: z.enum(intervals),
  time_zone: z.string(),
  bands_version: z.string(),
  as_of: z.iso.datetime().describe('When the newest roll-up used here was computed.'),
  known_at: z.iso.datetime().nullable().describe('The instant asked for with `as_of`; null is now.'),
  as_of_from: z.iso.datetime().describe('The earliest instant that can be asked for with `as_of`.'),
  metrics: z.array(metric),
  traceability,
  series: z.array(seriesPoint),
  /** Lead-time histogram for the window: counts of changes per fixed edge in seconds. */
  lead_time_distribution: z.array(
    z.object({ from_seconds: z.number(), to_seconds: z.number().nullable(), count: z.number() }),
  ),
})
export type DoraReply = z.output<typeof doraReply>

/**
 * Contiguous limits of each level, in the metric's unit: a value belongs to the best level whose limit it meets, `low` is what
 * is left. `inclusive` says whether the limit itself still belongs to the level.
 */
export const band = z.strictObject({
  better: z.enum(['higher', 'lower']),
  inclusive: z.boolean(),
  elite: z.number(),
  high: z.number(),
  medium: z.number(),
})
export const bandsReply = z.object({
  version: z.string(),
  source: z.string(),
  metrics: z.record(z.enum(metricNames), band.nullable()).describe('Null: no band of this version was ever published.'),
})

/** `GET /metrics/lead-time`: total and stages. */
export const leadTimeReply = z.object({
  stream: z.string(),
  from: day,
  to: day,
  definition: z.string(),
  summary: z.string().describe('The definition in a sentence, naming the clock.'),
  total: percentiles,
  stages: z.object({ coding: percentiles, pickup: percentiles, review: percentiles, deploy: percentiles }),
  dropped_negative: z.number(),
  coverage: z.number().nullable().describe('Share of counted deployments whose changes are known.'),
  series: z.array(
    z.object({ from: day, to: day, p50: z.number().nullable(), p90: z.number().nullable(), n: z.number() }),
  ),
})

export const overviewQuery = z.strictObject({
  from: day.optional().describe('First day, included. Default: 89 days before `to`.'),
  to: day.optional().describe('Last day, included. Default: today.'),
  as_of: asOf,
})

/** `GET /metrics/dora/streams`: every stream the caller may see, with its five values. */
export const overviewReply = z.object({
  from: day,
  to: day,
  time_zone: z.string(),
  bands_version: z.string(),
  as_of: z.iso.datetime(),
  streams: z.array(
    z.object({
      stream: z.string().describe("The stream's id, or `all`."),
      kind: z.enum(['delivery', 'tech', 'all']),
      name: z.string(),
      deployments: z.number(),
      metrics: z.record(z.enum(metricNames), z.object({ value: z.number().nullable(), n: z.number(), ...standing })),
    }),
  ),
})
export type OverviewReply = z.output<typeof overviewReply>
export type LeadTimeReply = z.output<typeof leadTimeReply>
