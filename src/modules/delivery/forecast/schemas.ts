/** Request and reply of forecasts; the console types and checks its end with the same schemas. */
import { z } from 'zod'

const day = z.iso.date().describe("A day of the tenant's time zone, `YYYY-MM-DD`.")
const whole = (from: number, to: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/, `a whole number from ${from} to ${to}`)
    .transform(Number)
    .pipe(z.number().min(from).max(to))

/** Bounds of a question, which the console's form keeps to as well. */
export const limits = { items: 10_000, historyDays: { from: 30, to: 365, default: 90 }, daysAhead: 730 } as const

export const forecastQuery = z.strictObject({
  stream: z
    .string()
    .max(63)
    .optional()
    .describe("A delivery stream's id; without it (and without tech_stream), everything."),
  tech_stream: z.string().max(63).optional().describe("A tech stream's id."),
  items: whole(1, limits.items)
    .optional()
    .describe('When will so many items be finished? Default: the items that are open now.'),
  by: day
    .optional()
    .describe('How many items will be finished by the end of this day, at most two years ahead? Default: in 30 days.'),
  history_days: whole(limits.historyDays.from, limits.historyDays.to)
    .optional()
    .describe('Days before today that are drawn from. Default: 90.'),
  scope_growth: z
    .enum(['none', 'sampled'])
    .optional()
    .describe('`sampled` also tells when, if items go on coming in as they did. Default: none.'),
  days: z
    .enum(['all', 'working'])
    .optional()
    .describe('`working`: only Mondays to Fridays are drawn, and only they are counted ahead. Default: all.'),
  seed: whole(0, 0xffff_ffff)
    .optional()
    .describe('Repeats a simulation. Default: one that is the same for the same question all day.'),
})

const method = {
  method: z.enum(['exact', 'simulated']),
  seed: z.number().nullable().describe('Null where nothing was drawn.'),
  runs: z.number().nullable().describe('Walks of the simulation; null where the answer is exact.'),
}

const byConfidence = <T extends z.ZodType>(value: T) => z.object({ p50: value, p85: value, p95: value })

const whenAnswer = z.object({
  items: z.number(),
  ...method,
  /** The last day that is needed, with that confidence: P95 is not before P85. Null: not within 3650 days. */
  by: byConfidence(day.nullable()),
  /** The same in days that are counted, the first of them being `first_day`. */
  days: byConfidence(z.number().nullable()),
  capped_share: z.number().describe('Share (0–1) of walks that came to no end within 3650 days.'),
  distribution: z.array(z.object({ from: day, to: day, share: z.number() })),
})
export type WhenAnswer = z.output<typeof whenAnswer>

const howManyAnswer = z.object({
  by: day,
  days: z.number().describe('Days that are counted, `by` included.'),
  ...method,
  /** At least so many, with that confidence: P95 is not above P85. */
  at_least: byConfidence(z.number()),
  distribution: z.array(z.object({ from: z.number(), to: z.number(), share: z.number() })),
})
export type HowManyAnswer = z.output<typeof howManyAnswer>

/** What came of a stored forecast. */
const fate = z
  .enum(['open', 'known', 'late', 'void'])
  .describe('`late`: past P95 and not finished. `void`: the stream had other sources before its outcome was known.')

const storedWhen = z.object({
  made_on: day,
  items: z.number(),
  by: byConfidence(day.nullable()),
  finished_on: day.nullable(),
  fate,
  low_confidence: z.boolean(),
})
const storedHowMany = z.object({
  made_on: day,
  horizon_days: z.number(),
  by: day,
  at_least: byConfidence(z.number()),
  outcome: z.number().nullable(),
  fate,
  low_confidence: z.boolean(),
})

const states = z.enum(['ok', 'low_confidence', 'insufficient_data'])

const calibration = z.object({
  kind: z.enum(['when', 'how_many']),
  horizon_days: z.number().nullable().describe('Of `how_many`.'),
  /** Forecasts whose day to be judged has passed: how_many: their target; when: the day of their P95. */
  n: z.number(),
  /** Of those, how many were not finished yet: they count as not held. */
  late: z.number(),
  pending: z.number(),
  /** Made of other sources than the stream had later, or by a stream before that had the id: not judged. */
  void: z.number(),
  state: states,
  /** Share of those that held: near 0.5, 0.85 and 0.95 if the forecasts are as sure as they say. */
  held: byConfidence(z.number().nullable()),
  /** Mean pinball loss in `unit` over outcomes that are known; smaller is better. */
  loss: byConfidence(z.number().nullable()),
  unit: z.enum(['days', 'items']),
})
export type Calibration = z.output<typeof calibration>

export const forecastReply = z.object({
  stream: z.string().describe("The stream's id, or `all`."),
  time_zone: z.string(),
  as_of: z.iso.datetime(),
  definition: z.string().describe('Version of the definition, kept with the number.'),
  summary: z.string().describe('The definition in a sentence.'),
  state: states,
  /** The days drawn from. */
  from: day,
  to: day,
  days: z.enum(['all', 'working']),
  n: z.number().describe('Days that are drawn from, those without anything finished too.'),
  finished: z.number().describe('Items finished on them.'),
  arrived: z.number().describe('Items that came in on them.'),
  coverage: z.number().describe('Share (0–1) of the days asked for from which anything was known of the stream.'),
  missing: z.object({
    finished_on_other_days: z.number().describe('Items finished on days that are not drawn from, as weekends are.'),
  }),
  history: z.array(z.object({ day, finished: z.number(), arrived: z.number() })),
  open_items: z.number(),
  in_progress: z.number(),
  first_day: day.describe('The first day that is counted: tomorrow, or the first working day after today.'),
  items_from: z.enum(['asked', 'open_items']),
  when: whenAnswer.nullable().describe('Null: nothing was finished, or nothing is open.'),
  when_growing: whenAnswer.nullable().describe('With `scope_growth=sampled`: if items go on coming in.'),
  how_many: howManyAnswer.nullable(),
  series: z.object({ when: z.array(storedWhen), how_many: z.array(storedHowMany) }),
  calibration: z.object({ from: day, questions: z.array(calibration) }),
})
export type ForecastReply = z.output<typeof forecastReply>
