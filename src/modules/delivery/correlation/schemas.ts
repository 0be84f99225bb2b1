/** Requests and replies of cross-stream correlation; the console types and checks its end with the same schemas. */
import { z } from 'zod'
import { limit, nextCursor } from '#kernel/paging/index.ts'

export const measures = [
  'deployments',
  'change_failure_share',
  'lead_time_p50',
  'throughput',
  'cycle_time_p50',
] as const
export type Measure = (typeof measures)[number]

const day = z.iso.date().describe("A day of the tenant's time zone, `YYYY-MM-DD`.")
const stream = z.string().max(63)
const measure = z.enum(measures)

export const crossStreamQuery = z.strictObject({
  stream: stream.optional().describe('Only pairs with this delivery stream.'),
  tech_stream: stream.optional().describe('Only pairs with this tech stream.'),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/, nextCursor)
    .transform(Number)
    .optional(),
  limit,
})

const side = z.object({ stream: z.string(), name: z.string(), measure })

export const relation = z.object({
  kind: z.enum(['delivery', 'tech']),
  a: side,
  b: side,
  /** Weeks from `a` to `b`: positive where `a` moves first. */
  lag_weeks: z.number().int(),
  coefficient: z.number().describe('Spearman’s rank correlation of week-to-week changes, −1 to 1.'),
  n: z.number().int().describe('Changes that both have.'),
  effective_n: z.number().describe('How many independent changes they are worth; weeks remember the weeks before.'),
  p: z.number(),
  q: z.number().describe('Corrected for all tests of the run (Benjamini–Hochberg).'),
  stands_out: z.boolean().describe('`q` is at most `level`.'),
})
export type RelationReply = z.output<typeof relation>

const run = {
  definition: z.string().describe('Version of the definition, kept with the numbers.'),
  summary: z.string(),
  causation: z.string().describe('What these figures do not say.'),
  level: z.number(),
  time_zone: z.string(),
  from: day.nullable().describe('Monday of the first week; null before the first run.'),
  to: day.nullable().describe('Sunday of the last full week.'),
  weeks: z.number().int(),
  as_of: z.iso.datetime().nullable().describe('When the weeks were read; null before the first run.'),
}

export const crossStreamReply = z.object({
  stream: z.string().describe("The stream's id, or `all`."),
  ...run,
  state: z
    .enum(['ok', 'insufficient_data', 'not_computed'])
    .describe('`not_computed`: the hourly run has not been here yet. `insufficient_data`: nothing could be tested.'),
  streams: z.number().int(),
  pairs: z.number().int().describe('Pairs of streams that were held against each other.'),
  tests: z.number().int().describe('Coefficients that were tested in all: pairs × measures × lags.'),
  n: z.number().int().describe('Relations below, over all pages.'),
  stand_out: z.number().int().describe('How many of them stand out; they come first.'),
  missing: z.object({
    insufficient: z.number().int().describe('Measures of pairs without eight common changes, or that hardly vary.'),
    pairs_sharing: z.number().int().describe('Pairs left out because both own one source.'),
    pairs_beyond: z.number().int().describe('Pairs left out because there were too many.'),
  }),
  coverage: z
    .number()
    .nullable()
    .describe('Share of the measures of pairs that could be tested; null where there is no pair.'),
  relations: z.array(relation),
  next_cursor: z.number().nullable(),
})
export type CrossStreamReply = z.output<typeof crossStreamReply>

export const crossStreamPairQuery = z.strictObject({
  a: stream,
  b: stream,
  measure_a: measure,
  measure_b: measure,
})

export const crossStreamPairReply = z.object({
  ...run,
  relation,
  lags: z.array(
    z.object({ lag_weeks: z.number().int(), coefficient: z.number().nullable(), q: z.number().nullable() }),
  ),
  /** As they are; `lag_weeks` is not applied. */
  series: z.array(z.object({ week: day, a: z.number().nullable(), b: z.number().nullable() })),
})
export type CrossStreamPairReply = z.output<typeof crossStreamPairReply>
