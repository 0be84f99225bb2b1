/** Requests and replies of the operators' routes; shared with the console. */
import { z } from 'zod'
import { limit, numberCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
export const scheduleRow = z.object({
  name: z.string(),
  cron: z.string(),
  summary: z.string(),
  running: z.boolean(),
  next_run_at: time,
  last_started_at: time.nullable(),
  last_duration_ms: z.number().nullable(),
  last_outcome: z.string().nullable(),
})
export const scheduleList = z.object({ schedules: z.array(scheduleRow) })
export const scheduleName = z.strictObject({ name: z.string().max(100) })
export const runReply = z.object({ outcome: z.string() })

export const workName = z.strictObject({ name: z.string().max(100) })
export const workRowParams = z.strictObject({
  name: z.string().max(100),
  id: z
    .string()
    .regex(/^\d{1,15}$/, 'a whole number')
    .transform(Number),
})
export const workList = z.object({
  work: z.array(
    z.object({
      name: z.string(),
      table: z.string(),
      pending: z.number().describe('Due and not yet due.'),
      due: z.number(),
      processing: z.number(),
      dead_lettered: z.number(),
      oldest_due_at: time.nullable().describe('Since when the oldest due row waits; null when none is due.'),
    }),
  ),
})
const maxHistoryMinutes = 1440
export const historyQuery = z.strictObject({
  minutes: z
    .string()
    .regex(/^\d{1,4}$/, `a whole number from 1 to ${maxHistoryMinutes}`)
    .transform(Number)
    .pipe(z.number().min(1).max(maxHistoryMinutes))
    .optional()
    .describe(`How far back, at most ${maxHistoryMinutes}. Default 180.`),
})
export const workHistory = z.object({
  minutes: z.number(),
  points: z
    .array(
      z.object({
        at: time,
        work: z.string(),
        completed: z.number(),
        failed: z.number(),
        due: z.number(),
        dead: z.number(),
      }),
    )
    .describe('One a work and minute, of the whole installation; a minute without work has none.'),
})
export const deadLetterQuery = z.strictObject({
  error_class: z.string().min(1).max(200).optional().describe('Only those of this class.'),
  cursor: numberCursor,
  limit,
})
export const deadLetterList = z.object({
  groups: z.array(z.object({ error_class: z.string(), count: z.number() })),
  dead_letters: z.array(
    z.object({
      id: z.number(),
      summary: z.string(),
      attempts: z.number(),
      error_class: z.string(),
      last_error: z.string(),
      finished_at: time.nullable(),
      requeued_count: z.number().describe('How often it was requeued before it failed for good again.'),
    }),
  ),
  next_cursor: z.string().nullable(),
})
export const workRow = z.object({
  work: z.string(),
  id: z.number(),
  summary: z.string(),
  status: z.string(),
  outcome: z.string().nullable(),
  attempts: z.number(),
  max_attempts: z.number(),
  requeued_count: z.number(),
  error_class: z.string().nullable(),
  last_error: z.string().nullable(),
  due_at: time,
  lease_until: time.nullable(),
  finished_at: time.nullable(),
  payload: z.string().nullable().describe('What the row carries, as text; cut at 200,000 characters.'),
})

const instant = z.iso.datetime({ offset: true })
const maxIds = 1000
const deadLetterFilter = z
  .strictObject({
    error_class: z.string().min(1).max(200).optional(),
    finished_before: instant.optional().describe('Became dead letters before this instant.'),
    finished_after: instant.optional().describe('Became dead letters after this instant.'),
  })
  .refine(
    (filter) => Object.values(filter).some((part) => part !== undefined),
    'state at least one of `error_class`, `finished_before` and `finished_after`; for all dead letters send `all: true`',
  )
export const requeueRequest = z
  .strictObject({
    ids: z.array(z.number().int().positive()).min(1).max(maxIds).optional(),
    filter: deadLetterFilter.optional(),
    all: z.literal(true).optional(),
    dry_run: z.boolean().optional().describe('Only count what would be requeued.'),
  })
  .refine(
    ({ ids, filter, all }) => [ids, filter, all].filter((part) => part !== undefined).length === 1,
    'state exactly one of `ids`, `filter` and `all`',
  )
export const requeueReply = z.object({
  dry_run: z.boolean(),
  matched: z.number().describe('Dead letters that fitted when the request began.'),
  requeued: z.number(),
})

const named = { table: z.string() }
export const databaseReport = z.object({
  connections: z.array(z.object({ application: z.string(), state: z.string(), count: z.number() })),
  slow_statements: z
    .array(z.object({ name: z.string(), calls: z.number(), total_ms: z.number(), mean_ms: z.number() }))
    .nullable()
    .describe('Null where the extension pg_stat_statements is absent.'),
  tables: z.array(
    z.object({ ...named, bytes: z.number(), rows: z.number(), dead: z.number(), vacuumed_at: time.nullable() }),
  ),
  unused_indexes: z.array(z.object({ index: z.string(), ...named, bytes: z.number() })),
  missing_indexes: z.array(z.object({ ...named, sequential_scans: z.number(), rows_read: z.number() })),
})
