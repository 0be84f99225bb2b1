/** Requests and replies of notifications; shared with the console. */
import { z } from 'zod'
import { limit, numberCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
export const channelKinds = ['slack_bot', 'slack_webhook', 'email', 'pagerduty', 'webhook'] as const
export const notificationSeverities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export const notificationChanges = ['raised', 'escalated', 'reminder', 'resolved'] as const
export const notificationStates = ['waiting', 'sent', 'skipped', 'failed'] as const

const severity = z.enum(notificationSeverities)
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time such as `22:00`')
export const quietHours = z.strictObject({
  from: localTime.describe("When they begin, in the tenant's time zone."),
  to: localTime.describe('When they end: on the next day when not later than `from`; equal is the whole day.'),
  days: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, 'each day once')
    .describe('Days on which they begin; 1 is Monday.'),
  lets_through: severity.nullable().describe('Told all the same from this severity on; null lets nothing through.'),
})

const line = (longest: number) => z.string().trim().min(1).max(longest)
/** What leads to whoever is told; which of these a kind has is said by `fieldsOf`. */
const where = {
  token: line(300).describe('slack_bot: the bot token, `xoxb-…`, with the scope `chat:write`.'),
  channel: line(80).describe('slack_bot: id of the channel that the bot is in, for example `C024BE91L`.'),
  url: line(2000).describe(
    "slack_webhook: the address Slack gave. webhook: where to send; Standard Webhooks' signature.",
  ),
  address: line(254).describe('email: one address.'),
  routing_key: line(64).describe('pagerduty: integration key of a service (Events API v2).'),
  secret: line(200).describe('webhook: `whsec_` and base64 of 24 to 64 bytes; made and shown once when left out.'),
}
const rules = {
  name: line(80),
  minimum_severity: severity.describe('Alerts of at least this severity are told.'),
  quiet: quietHours.nullable(),
  enabled: z.boolean(),
}

export const newChannel = z.strictObject({
  kind: z.enum(channelKinds),
  name: rules.name,
  minimum_severity: rules.minimum_severity.default('LOW'),
  quiet: rules.quiet.default(null),
  enabled: rules.enabled.default(true),
  ...z.object(where).partial().shape,
})
export const channelChange = z.strictObject({ ...z.object(where).partial().shape, ...z.object(rules).partial().shape })
export const channelId = z.strictObject({ id: z.uuid() })

export const channelRow = z.object({
  id: z.string(),
  kind: z.enum(channelKinds),
  name: z.string(),
  target: z.string().describe('Where it leads, as far as that is no secret.'),
  secret_hint: z.string().nullable().describe('The end of its secret.'),
  minimum_severity: severity,
  quiet: quietHours.nullable(),
  /** Until when it is quiet; null while it is not. */
  quiet_until: time.nullable(),
  enabled: z.boolean(),
  created_at: time,
  changed_at: time,
  last_sent_at: time.nullable(),
  last_failed_at: time.nullable(),
  last_failure: z.string().nullable().describe('Why the last attempt failed; null once one went well.'),
})
export const channelList = z.object({
  channels: z.array(channelRow),
  time_zone: z.string(),
  remind_after_hours: z.number().describe('0: nobody is reminded.'),
  mail: z.boolean().describe('False: this instance has no mail server, so `email` reaches nobody.'),
})
export const madeChannel = channelRow.extend({
  secret: z.string().nullable().describe('webhook: the signing secret that was made, shown once.'),
})

export const channelTest = z.object({
  ok: z.boolean(),
  steps: z.array(
    z.object({
      what: z.string().describe('What was asked, for example `auth.test`.'),
      ok: z.boolean(),
      answer: z.string().describe("The other side's own answer, shortened."),
    }),
  ),
})

export const notificationQuery = z.strictObject({
  state: z.enum([...notificationStates, 'all']).default('all'),
  channel: z.uuid('the id of a channel').optional(),
  alert: z.uuid('the id of an alert').optional(),
  cursor: numberCursor,
  limit,
})
export const notificationRow = z.object({
  id: z.number(),
  key: z.string().describe('The same at every attempt; Slack, PagerDuty and webhooks get it.'),
  channel: z.object({ id: z.string(), name: z.string(), kind: z.enum(channelKinds), removed: z.boolean() }),
  alert_id: z.string(),
  condition: z.string(),
  subject: z.string(),
  severity,
  change: z.enum(notificationChanges),
  state: z
    .enum(notificationStates)
    .describe('`skipped`: there was nothing to tell any more. `failed`: a dead letter of the work `notification`.'),
  why: z.string().nullable().describe('Why it waits, was skipped or failed.'),
  attempts: z.number(),
  answer: z.string().nullable(),
  created_at: time,
  told_at: time.nullable(),
  due_at: time.nullable().describe('When it is tried (again); null unless it waits.'),
})
export const notificationList = z.object({
  notifications: z.array(notificationRow),
  next_cursor: z.number().nullable(),
})
