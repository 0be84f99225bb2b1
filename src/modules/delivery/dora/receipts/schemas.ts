/** Requests and replies of receipts: one number, all that it was made of, and what changed it. */
import { z } from 'zod'
import { limit } from '#kernel/paging/index.ts'
import { asOf, doraQuery, metric, metricNames } from '../schemas.ts'

const day = z.iso.date()
const time = z.iso.datetime()
const scope = doraQuery.pick({ stream: true, tech_stream: true, from: true, to: true })

export const factParts = ['numerator', 'denominator'] as const

export const receiptQuery = scope.extend({
  metric: z.enum(metricNames),
  as_of: asOf,
  part: z
    .enum(factParts)
    .optional()
    .describe('Of a share: the facts that were counted (the default), or all that could have been.'),
  cursor: z.string().max(300).optional().describe('`next_cursor` of the page before.'),
  limit,
})

/** How the value follows from what was observed, with the numbers put in. */
export const inputs = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('share'), numerator: z.number(), denominator: z.number() }),
  z.object({
    /** Nearest rank: the value stands at `rank` (from 1) among `n` sorted seconds. */
    kind: z.literal('percentile'),
    percent: z.number(),
    n: z.number(),
    rank: z.number().nullable(),
    /** Up to five values before it and after it, in their order. */
    before: z.array(z.number()),
    at: z.number().nullable(),
    after: z.array(z.number()),
  }),
  z.object({
    /** The median of the deployment days of whole weeks. */
    kind: z.literal('weeks'),
    weeks: z.array(z.object({ from: day, deployment_days: z.number() })),
    rank: z.number(),
  }),
  /** A window without a whole week: deployment days × 7 / days. */
  z.object({ kind: z.literal('scaled'), deployment_days: z.number(), days: z.number() }),
])
export type Inputs = z.output<typeof inputs>

const deployment = z.object({
  id: z.number(),
  repository: z.string(),
  service: z.string(),
  sha: z.string().nullable(),
  finished_at: time,
})

const failure = z.object({
  cause: z.string(),
  cause_key: z.string(),
  method: z.string(),
  confidence: z.number(),
  recovered_at: time.nullable(),
  /** Where the cause is an incident that is still known. */
  incident: z
    .object({ id: z.number(), key: z.string(), title: z.string(), started_at: time, url: z.string().nullable() })
    .nullable(),
})

export const receiptFact = z.object({
  deployment,
  /** Of lead time, the change; null elsewhere. */
  change: z
    .object({ repository: z.string(), sha: z.string(), committed_at: time, pr_number: z.number().nullable() })
    .nullable(),
  /** What it adds to the number: seconds of a change or a recovery, 1 of a share; null where it was left out. */
  value: z.number().nullable(),
  failures: z.array(failure),
  rework_reason: z.string().nullable(),
  /** When daytwo came to know it as it stands here. */
  learned_at: time,
})
export type ReceiptFact = z.output<typeof receiptFact>

export const receiptReply = z.object({
  stream: z.string().describe("The stream's id, or `all`."),
  from: day,
  to: day,
  time_zone: z.string(),
  as_of: time.describe('The instant the number is true of; asked with it, the receipt is the same again.'),
  as_of_from: time.describe('The earliest instant that can be asked for.'),
  computed_at: time.describe('When the newest roll-up used was computed.'),
  metric,
  bands_version: z.string().describe('Levels are by the bands that are chosen now.'),
  roll_up_definitions: z.array(z.string()).describe('Versions of the roll-ups it was computed of.'),
  inputs,
  digest: z.string().describe('`sha256:` of the canonical inputs: equal where the number rests on the same facts.'),
  facts: z.object({
    part: z.enum(factParts),
    /** Observations in the number (of that part), and how many of them are listed below over all pages. */
    counted: z.number(),
    listed: z.number(),
    /** Of those counted: on days whose facts are (partly) purged. */
    on_sealed_days: z.number(),
    rows: z.array(receiptFact),
  }),
  next_cursor: z.string().nullable(),
})
export type ReceiptReply = z.output<typeof receiptReply>

export const changesQuery = scope.extend({
  metric: z.enum(metricNames),
  since: z.iso.datetime().max(35).describe('The earlier instant (UTC), as `as_of` of a receipt.'),
})

const known = metric.pick({ value: true, n: true, coverage: true, state: true, level: true })
const figures = z.object({
  deployments: z.number(),
  failed: z.number(),
  rework: z.number(),
  /** Changes with a lead time, and failed deployments that recovered. */
  changes: z.number(),
  recovered: z.number(),
})
export type Figures = z.output<typeof figures>

export const changeKinds = [
  'deployment_recorded',
  'deployment_changed',
  'deployment_uncounted',
  'failure_found',
  'failure_changed',
  'failure_withdrawn',
  'changes_found',
] as const

export const changedFact = z.object({
  kind: z.enum(changeKinds),
  /** The day whose figures it changed. */
  day,
  learned_at: time,
  deployment,
  failure: failure.nullable(),
  /** Of a recovery that changed: what was known before. */
  recovered_at_before: time.nullable(),
  /** A person's word on the cause, where that decides. */
  override: z.object({ by: z.string(), reason: z.string() }).nullable(),
  rework_reason: z.string().nullable(),
  /** Changes that were found or assigned since. */
  changes: z.number().nullable(),
})
export type ChangedFact = z.output<typeof changedFact>

export const changesReply = z.object({
  stream: z.string(),
  from: day,
  to: day,
  time_zone: z.string(),
  metric: z.enum(metricNames),
  unit: metric.shape.unit,
  definition: z.string(),
  since: time,
  as_of: time.describe('The later instant: now.'),
  before: known,
  now: known,
  days: z.array(z.object({ day, before: figures, now: figures })).describe('Days whose figures differ.'),
  facts: z.array(changedFact).describe('What was learned since and counts on these days, newest first; 200 at most.'),
  more_facts: z.boolean(),
})
export type ChangesReply = z.output<typeof changesReply>
