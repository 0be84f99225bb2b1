/** Requests and replies of the event queue and its connections; shared with the console. */
import { z } from 'zod'

const time = z.iso.datetime()
const sourceName = z.enum(['github', 'jira'])
export const eventStatuses = ['pending', 'processing', 'completed', 'dead_lettered'] as const

export const eventQuery = z.strictObject({
  status: z.enum(eventStatuses).optional(),
  source: z.string().max(40).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'the `next_cursor` of the page before')
    .transform(Number)
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'a whole number from 1 to 200')
    .transform(Number)
    .pipe(z.number().min(1).max(200))
    .optional(),
})
export const eventRow = z.object({
  id: z.number(),
  source: z.string(),
  type: z.string(),
  status: z.enum(eventStatuses),
  outcome: z.string().nullable(),
  attempts: z.number(),
  last_error: z.string().nullable(),
  error_class: z.string().nullable(),
  enqueued_at: time,
  finished_at: time.nullable(),
})
export const eventList = z.object({
  counts: z
    .record(z.enum(eventStatuses), z.number())
    .describe('`completed` counts what was processed in the last year.'),
  events: z.array(eventRow),
  next_cursor: z.string().nullable(),
})
export const numericId = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
})
export const eventReply = eventRow.extend({
  delivery_id: z.string(),
  content_type: z.string(),
  /** As it was signed, as text; cut at 200,000 characters. */
  payload: z.string(),
  payload_bytes: z.number(),
  facts: z.array(z.object({ table: z.string(), id: z.string() })),
})
export const factQuery = z.strictObject({ table: z.string().max(60), id: z.string().max(300) })
export const factEvents = z.object({ events: z.array(z.number()) })

export const newConnection = z.strictObject({
  source: sourceName,
  name: z.string().trim().min(1).max(100),
  secret: z.string().max(500).optional().describe('At least 24 bytes; generated when left out.'),
})
export const secretRotation = z.strictObject({
  secret: z.string().max(500).optional(),
  overlap_hours: z.number().int().min(0).max(720).default(24).describe('How long the old secret is still accepted.'),
})
export const connectionId = z.strictObject({ id: z.uuid() })
export const madeConnection = z.object({ id: z.string(), url: z.string(), secret: z.string().describe('Shown once.') })
export const connectionList = z.object({
  connections: z.array(
    z.object({
      id: z.string(),
      source: sourceName,
      name: z.string(),
      url: z.string(),
      created_at: time,
      disabled_at: time.nullable(),
      previous_secret_until: time.nullable(),
    }),
  ),
})
export const connectReply = z.object({
  webhooks: z.array(
    z.object({
      source: sourceName,
      url: z.string(),
      /** Where the secret is to be found, never the secret; null when there is none and nothing is accepted. */
      secret_hint: z.string().nullable(),
      last_event_at: time.nullable(),
      events_last_day: z.number(),
    }),
  ),
})
