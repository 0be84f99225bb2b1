/** Request and reply of the flow metrics; the console types and checks its end with the same schemas. */
import { z } from 'zod'

const day = z.iso.date().describe("A day of the tenant's time zone, `YYYY-MM-DD`.")
export const flowIntervals = ['day', 'week', 'month'] as const

export const flowQuery = z.strictObject({
  stream: z
    .string()
    .max(63)
    .optional()
    .describe("A delivery stream's id; without it (and without tech_stream), everything."),
  tech_stream: z.string().max(63).optional().describe("A tech stream's id."),
  from: day.optional().describe('First day, included. Default: 89 days before `to`.'),
  to: day.optional().describe('Last day, included. Default: today.'),
  interval: z
    .enum(flowIntervals)
    .optional()
    .describe('Width of the points of the series. Default: week. Weeks start on Monday.'),
})

/** Why there is no value: `insufficient_data` is never shown as 0. */
const state = z.enum(['ok', 'low_confidence', 'insufficient_data'])
const days = z.number().nullable().describe('Calendar days; null with insufficient data.')

/** The percentile of the history that an open item has outlived. */
const passed = z.union([z.literal(50), z.literal(70), z.literal(85)])

export const flowReply = z.object({
  stream: z.string().describe("The stream's id, or `all`."),
  from: day,
  to: day,
  interval: z.enum(flowIntervals),
  time_zone: z.string(),
  today: day.describe('Ages are counted to this day.'),
  as_of: z.iso.datetime().describe('When the newest work item used here last changed.'),
  definition: z.string().describe('Version of the definitions, kept with the numbers.'),
  summary: z.string().describe('The definitions in a few sentences.'),
  wip: z
    .object({
      open: z.number().describe('Not finished, started or not.'),
      in_progress: z.number().describe('Started and not finished.'),
    })
    .describe('Now, whatever the window.'),
  throughput: z.object({
    finished: z.number(),
    arrived: z.number(),
    per_week: z.number().nullable().describe('Finished items in seven days, the mean over the window until today.'),
    state,
  }),
  cycle_time: z.object({
    p50: days,
    p70: days,
    p85: days,
    p95: days,
    mean: days,
    n: z.number().describe('Items finished in the window with a known start.'),
    coverage: z.number().nullable().describe('Share (0–1) of the finished items whose start is known.'),
    state,
  }),
  sle: z
    .object({ percent: z.number(), days })
    .describe('Service level expectation: `percent` of the items finished within `days`.'),
  aging: z.object({
    total: z.number().describe('Items in progress, now.'),
    oldest_days: z.number().nullable(),
    passed: z
      .object({ p50: z.number().nullable(), p70: z.number().nullable(), p85: z.number().nullable() })
      .describe('Items older than that percentile of the cycle times; null while there is none.'),
    items: z
      .array(
        z.object({
          source: z.string(),
          key: z.string(),
          item_type: z.string().nullable(),
          status: z.string().nullable(),
          status_category: z.string().nullable(),
          started_on: day,
          age_days: z.number(),
          passed: passed.nullable(),
        }),
      )
      .describe('The oldest first, at most 200.'),
  }),
  scatter: z.object({
    total: z.number().describe('Finished items with a known start.'),
    points: z
      .array(z.object({ source: z.string(), key: z.string(), finished_on: day, cycle_days: z.number() }))
      .describe('The newest first, at most 500.'),
  }),
  series: z
    .array(
      z.object({
        /** First day of the interval; the last interval may be cut by `to`. */
        from: day,
        to: day,
        finished: z.number().describe('Within the interval.'),
        arrived_total: z
          .number()
          .describe('At the end of the interval: open when the window began, and arrived since.'),
        started_total: z.number().describe('In progress when the window began, and started since.'),
        finished_total: z.number().describe('Finished since the window began.'),
        wip: z.number().describe('Started and not finished at the end of the interval.'),
      }),
    )
    .describe('The cumulative flow, until today.'),
  little: z
    .object({
      mean_wip: z.number().nullable().describe('Items in progress, the mean over the days until today.'),
      throughput_per_day: z.number().nullable(),
      mean_cycle_days: days,
      implied_cycle_days: days.describe('Mean WIP ÷ mean throughput.'),
    })
    .describe("A check by Little's law, not a forecast: far from the mean cycle time, the system was not stable."),
  flow_efficiency: z.object({
    value: z.number().nullable().describe('Share (0–1) of the time from start to finish that was in work.'),
    n: z.number(),
    state: z.enum(['ok', 'low_confidence', 'not_measured']),
  }),
  reopened: z.object({
    finished: z.number().describe('Items finished in the window that had been finished before.'),
    open: z.number().describe('Open items that had been finished before.'),
  }),
  missing: z.object({
    without_start: z.number().describe('Items finished in the window whose start nobody told.'),
    without_creation: z.number().describe('Items finished in the window that were heard of after their creation.'),
  }),
})
export type FlowReply = z.output<typeof flowReply>
