/** Requests and replies of sprints; the console types and checks its end with the same schemas. */
import { z } from 'zod'

const day = z.iso.date().describe("A day of the tenant's time zone, `YYYY-MM-DD`.")
const stream = {
  stream: z
    .string()
    .max(63)
    .optional()
    .describe("A delivery stream's id: only items of its Jira projects count. Without it, everything."),
  tech_stream: z.string().max(63).optional().describe("A tech stream's id."),
}

export const velocityQuery = z.strictObject({
  ...stream,
  from: day.optional().describe('First day, included. Default: 89 days before `to`.'),
  to: day.optional().describe('Last day, included. Default: today.'),
  interval: z.enum(['day', 'week', 'month']).optional().describe('Changes nothing here: the points are sprints.'),
})

/** Why there is no value: `insufficient_data` is never shown as 0. */
const state = z.enum(['ok', 'low_confidence', 'insufficient_data'])
const amount = z.object({
  items: z.number(),
  points: z.number().nullable().describe('Σ of their points; null in a sprint where no item has any.'),
})
const ratio = z.object({
  items: z.number().nullable(),
  points: z.number().nullable(),
})

/** What a sprint comes to; of an open one, so far. */
export const sprintFigures = z.object({
  committed: amount
    .nullable()
    .describe('In it when it started, with the points of then; null where nobody told the start.'),
  completed: amount.describe('In it and done when it closed, with the points of then: its velocity.'),
  not_completed: amount,
  completed_of_committed: amount.nullable().describe('Done, of what was committed; points as committed.'),
  say_do: ratio.describe('`completed_of_committed` ÷ `committed`; null where nothing was committed.'),
  added: amount.nullable().describe('In it when it closed, but not when it started.'),
  removed: amount.nullable().describe('In it when it started, but not when it closed.'),
  without_points: z.number().describe('Items without points when it closed.'),
})
export type SprintFigures = z.output<typeof sprintFigures>

const head = {
  sprint: z.number().describe("Jira's id."),
  board: z.number(),
  name: z.string().nullable(),
  started_at: z.iso.datetime().nullable(),
  closed_at: z.iso.datetime().nullable(),
  reconstructed: z
    .boolean()
    .describe('Its start was not heard in time; what was committed was rebuilt from the changes.'),
  start_revision: z.number().nullable(),
  close_revision: z.number().nullable(),
}
export const sprintRow = z.object({ ...head, figures: sprintFigures })
export type SprintRow = z.output<typeof sprintRow>

const average = z.object({ mean: z.number().nullable(), median: z.number().nullable(), n: z.number(), state })
const share = z.object({ value: z.number().nullable(), n: z.number(), state })
const scope = z.object({
  added: z.number().nullable().describe('Σ added ÷ Σ committed.'),
  removed: z.number().nullable().describe('Σ removed ÷ Σ committed.'),
  n: z.number(),
  state,
})
export type Average = z.output<typeof average>

export const velocityReply = z.object({
  stream: z.string().describe("The stream's id, or `all`."),
  from: day,
  to: day,
  time_zone: z.string(),
  as_of: z.iso.datetime().describe('When the newest snapshot used here was taken.'),
  definition: z.string().describe('Version of the definitions, kept with the numbers.'),
  summary: z.string().describe('The definitions in a few sentences.'),
  recent: z.number().describe('The averages are over this many sprints at most: the last that closed in the window.'),
  velocity: z.object({ points: average, items: average }),
  say_do: z.object({ points: share, items: share }),
  scope_change: z.object({ points: scope, items: scope }),
  coverage: z.number().nullable().describe('Share (0–1) of the listed sprints whose start is known.'),
  missing: z.object({
    without_start: z.number(),
    reconstructed: z.number(),
    items_without_points: z.number(),
  }),
  total: z.number().describe('Sprints that closed in the window.'),
  sprints: z.array(sprintRow).describe('The last that closed first, at most 200.'),
  open: z.object({
    total: z.number(),
    sprints: z
      .array(sprintRow.extend({ day: z.number().describe('Calendar days so far, the first is 1.') }))
      .describe('Those that run, by the facts until now; the last that started first, at most 20.'),
  }),
})
export type VelocityReply = z.output<typeof velocityReply>

const revision = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/, 'a whole number from 1')
  .transform(Number)
  .optional()
  .describe('Default: the newest.')
export const sprintQuery = z.strictObject({ ...stream, start_revision: revision, close_revision: revision })

const receipt = z.object({
  fact: z.number(),
  events: z.array(z.number()).describe('Events of the queue that told it (`GET /events/{id}`).'),
  action: z.string(),
  field: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  occurred_at: z.iso.datetime(),
  recorded_at: z.iso.datetime(),
})

export const sprintReply = z.object({
  ...head,
  stream: z.string(),
  time_zone: z.string(),
  definition: z.string(),
  summary: z.string(),
  sealed: z.boolean().describe('Facts are purged: it stays as it is.'),
  as_of: z.iso.datetime().describe('When the newest snapshot used here was taken; of an open sprint, now.'),
  newest: z.boolean().describe('Whether these are the newest revisions.'),
  figures: sprintFigures,
  revisions: z
    .array(
      z.object({
        kind: z.enum(['start', 'close']),
        revision: z.number(),
        taken_for: z.iso.datetime(),
        taken_at: z.iso.datetime(),
        reconstructed: z.boolean(),
        items: z.number(),
        points: z.number().nullable(),
        completed_items: z.number().nullable(),
        completed_points: z.number().nullable(),
      }),
    )
    .describe('All that were taken of the sprint, with the sums of the stream; the newest first, at most 100.'),
  total_items: z.number(),
  items: z
    .array(
      z.object({
        key: z.string(),
        project: z.string(),
        outcome: z.enum(['completed', 'not_completed', 'removed']),
        committed: z.boolean().nullable().describe('In it when it started; null where nobody told the start.'),
        points_at_start: z.number().nullable(),
        points: z.number().nullable().describe('When it closed; of an open sprint, now.'),
        receipts: z.array(receipt).describe('Why: the facts that decided; those purged are left out.'),
      }),
    )
    .describe('By key, at most 1000.'),
  burn_up: z
    .array(z.object({ day, scope: amount, completed: amount }))
    .nullable()
    .describe(
      'At the end of each day; null where its start is not known, its facts are purged, or it ran over 120 days.',
    ),
})
export type SprintReply = z.output<typeof sprintReply>
