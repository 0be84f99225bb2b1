/** Requests and replies of the event queue and its connections; shared with the console. */
import { z } from 'zod'
import { limit, numberCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
const connectionKind = z.enum(['github', 'jira', 'events'])

/** Names that mean something else as a source of events or facts. */
const reservedSources = new Set(['github', 'jira', 'api', 'git', 'events'])
export const eventSourceShape = /^[a-z][a-z0-9-]{1,39}$/
export const eventSource = z
  .string()
  .regex(eventSourceShape, 'lower-case letters, digits and dashes, 2 to 40, a letter first')
  .refine((name) => !reservedSources.has(name), 'this name is reserved')
export const eventStatuses = ['pending', 'processing', 'completed', 'dead_lettered'] as const

export const eventQuery = z.strictObject({
  status: z.enum(eventStatuses).optional(),
  source: z.string().max(40).optional(),
  cursor: numberCursor,
  limit,
})
export const eventRow = z.object({
  id: z.number(),
  source: z.string(),
  type: z.string(),
  status: z.enum(eventStatuses),
  outcome: z.string().nullable(),
  attempts: z.number(),
  requeued_count: z.number().describe('How often it was a dead letter, or done, and made due again.'),
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
  /** As it was signed, as text; cut at 200,000 characters; empty when it is gone. */
  payload: z.string(),
  payload_bytes: z.number(),
  connection_id: z.string().nullable().describe('The connection it came by; null for the bare address.'),
  request_id: z.string().nullable().describe('Of the request that brought it, as in the log.'),
  origin: z
    .enum(['delivery', 'poll'])
    .nullable()
    .describe(
      "Null: its sender sent it. `delivery`: fetched from the sender's log of deliveries, for it had not arrived. `poll`: made from what the sender's API told.",
    ),
  facts: z.array(z.object({ table: z.string(), id: z.string() })).describe('At most 500.'),
  days: z
    .array(z.object({ stream: z.string(), day: z.iso.date() }))
    .describe('The days of streams whose figures its facts count in; `all` is the whole tenant.'),
})
export const factQuery = z.strictObject({ table: z.string().max(60), id: z.string().max(300) })
export const factEvents = z.object({ events: z.array(z.number()) })

export const newConnection = z
  .strictObject({
    source: connectionKind.describe('`events` is every source but GitHub and Jira.'),
    event_source: eventSource
      .optional()
      .describe('For `events`: the name its events carry, such as `jenkins`; also part of its address.'),
    name: z.string().trim().min(1).max(100),
    secret: z
      .string()
      .max(500)
      .optional()
      .describe('At least 24 bytes, of `events` `whsec_` and the base64 of 24 to 64 bytes; generated when left out.'),
  })
  .refine((given) => given.source !== 'events' || given.event_source !== undefined, {
    path: ['event_source'],
    error: 'a connection of the kind events needs the name of its source',
  })
  .refine((given) => given.source === 'events' || given.event_source === undefined, {
    path: ['event_source'],
    error: 'only a connection of the kind events has one',
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
      source: connectionKind,
      /** The name its events carry; null for GitHub and Jira, which are their own. */
      event_source: z.string().nullable(),
      name: z.string(),
      url: z.string().describe('What to paste as the address; the secret was shown when it was made.'),
      signature: z.string().describe('The header that must carry the signature, and its form.'),
      created_at: time,
      disabled_at: time.nullable(),
      previous_secret_until: time.nullable(),
    }),
  ),
})
export const connectReply = z.object({
  webhooks: z.array(
    z.object({
      source: z.enum(['github', 'jira']),
      url: z.string(),
      /** Where the secret is to be found, never the secret; null when there is none and nothing is accepted. */
      secret_hint: z.string().nullable(),
      last_event_at: time.nullable(),
      events_last_day: z.number(),
    }),
  ),
  /** Every other source that is connected or was heard; `api` is what came with a key. */
  sources: z.array(
    z.object({
      source: z.string(),
      /** Null where nothing may come in any more. */
      url: z.string().nullable(),
      last_event_at: time.nullable(),
      events_last_day: z.number(),
    }),
  ),
})

export const submitted = z.object({
  accepted: z.literal(true),
  delivery_id: z.string(),
  event_id: z.number().describe('`GET /events/{event_id}` says what became of it.'),
  duplicate: z.boolean().describe('True when the same was said before; then nothing was added.'),
})
