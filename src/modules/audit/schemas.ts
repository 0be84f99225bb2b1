/** Requests and replies of the audit trail; shared with the console. */
import { z } from 'zod'
import { limit, uuidCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
const text = (max: number) => z.string().min(1).max(max)

export const exportFormats = ['jsonl', 'csv'] as const
export const anomalySeverities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export const anomalyStates = ['open', 'acknowledged', 'all'] as const
export const faultKinds = [
  'changed',
  'missing',
  'inserted',
  'rewritten',
  'cut',
  'forged-checkpoint',
  'missing-checkpoint',
  'unreadable-archive',
] as const

const filters = {
  module: text(100).describe('Exactly this module, for example `access`.').optional(),
  action: text(200).describe('Exactly this action, for example `access.key-revoked`.').optional(),
  actor: text(200).describe('Id of the actor: of a key or person, or the name of a job or command.').optional(),
  subject: text(500).describe('Exactly this subject, for example `api_key:…`.').optional(),
  q: text(200)
    .describe('Stands, literally and in any case, in the subject, the action or the name of the actor.')
    .optional(),
  from: z.iso.datetime({ offset: true }).describe('At or after this instant.').optional(),
  to: z.iso.datetime({ offset: true }).describe('Before this instant.').optional(),
}
const cursor = z.string().min(1).max(300).describe('The `next_cursor` of the page before.').optional()

export const auditQuery = z.strictObject({ ...filters, cursor, limit })
export const exportQuery = z.strictObject({ ...filters, format: z.enum(exportFormats).default('jsonl') })
export const streamQuery = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'a number of an event')
    .transform(Number)
    .optional()
    .describe('Begin behind the event of this `seq`; without it with what happens from now on.'),
})

export const auditEvent = z.object({
  /** Place in the tenant's chain, without gaps from the first event on. */
  seq: z.number(),
  id: z.number(),
  created_at: time,
  module: z.string(),
  action: z.string(),
  actor: z.object({ type: z.string(), id: z.string(), name: z.string() }),
  subject: z.string(),
  delta: z.object({ before: z.unknown(), after: z.unknown() }).partial(),
  request_id: z.string().nullable(),
  /** SHA-256 over the hash of the event before it and all of the above, in hexadecimal. */
  hash: z.string(),
})
export const auditPage = z.object({ events: z.array(auditEvent), next_cursor: z.string().nullable() })

export const auditFacets = z.object({
  /** Of the last days. */
  days: z.number(),
  modules: z.array(z.string()),
  actions: z.array(z.string()),
  actors: z.array(z.object({ type: z.string(), id: z.string(), name: z.string() })),
})

export const verificationReply = z.object({
  ok: z.boolean(),
  verified_at: time,
  events: z.number().describe('Events whose hash was computed again.'),
  from_seq: z.number().describe('The event before the first one that is kept: 0, or where the last purge ended.'),
  upto_seq: z.number(),
  checkpoints: z
    .number()
    .describe('Signed checkpoints that the chain was compared with, those in the archive included.'),
  faults: z
    .array(z.object({ kind: z.enum(faultKinds), seq: z.number().nullable(), detail: z.string() }))
    .describe('At most 50.'),
})

export const anomalyQuery = z.strictObject({
  state: z.enum(anomalyStates).default('open'),
  cursor: uuidCursor,
  limit,
})
export const anomalyId = z.strictObject({ id: z.uuid() })
export const acknowledgement = z.strictObject({
  note: z.string().trim().min(1).max(1000).describe('What it was, for whoever looks next.'),
})
export const anomalyRow = z.object({
  id: z.string(),
  /** The UTC day that was compared with the thirty before it. */
  day: z.string(),
  rule: z.string(),
  severity: z.enum(anomalySeverities),
  /** Who or what stands out. */
  subject: z.string(),
  /** One sentence for people, with the figures. */
  detail: z.string(),
  /** How often it happened that day. */
  count: z.number(),
  /** `seq` of the events that show it, at most 20. */
  evidence: z.array(z.number()),
  found_at: time,
  acknowledged_at: time.nullable(),
  acknowledged_by: z.string().nullable(),
  note: z.string().nullable(),
})
export const anomalyPage = z.object({
  anomalies: z.array(anomalyRow),
  /** What is looked for each night. */
  rules: z.array(z.object({ name: z.string(), severity: z.enum(anomalySeverities), summary: z.string() })),
  next_cursor: z.string().nullable(),
})
