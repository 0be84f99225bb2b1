/** Requests and replies of alerts and integration health; shared with the console. */
import { z } from 'zod'
import { limit, uuidCursor } from '#kernel/paging/index.ts'

const time = z.iso.datetime()
export const alertSeverities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export const alertStates = ['raised', 'acknowledged', 'resolved'] as const
export const alertViewers = ['tenant', 'platform'] as const
export const alertSteps = ['raised', 'acknowledged', 'resolved', 'severity-changed', 'reopened'] as const

export const alertQuery = z.strictObject({
  state: z.enum(['open', 'resolved', 'all']).default('open').describe('`open` is raised or acknowledged.'),
  cursor: uuidCursor,
  limit,
})
export const alertId = z.strictObject({ id: z.uuid() })
export const acknowledgement = z.strictObject({
  note: z.string().trim().min(1).max(1000).optional().describe('For whoever looks next: what is being done.'),
})

export const alertRow = z.object({
  id: z.string(),
  condition: z.string(),
  severity: z.enum(alertSeverities),
  state: z.enum(alertStates),
  /** What it is about, for example a source; empty where the condition has one subject only. */
  subject: z.string(),
  detail: z.string(),
  value: z.number(),
  threshold: z.number(),
  visible_to: z.enum(alertViewers),
  runbook_url: z.string(),
  raised_at: time,
  last_found_at: time,
  acknowledged_at: time.nullable(),
  acknowledged_by: z.string().nullable(),
  resolved_at: time.nullable(),
})
export const conditionRow = z.object({
  name: z.string(),
  severity: z.enum(alertSeverities),
  summary: z.string(),
  visible_to: z.enum(alertViewers),
  runbook_url: z.string(),
  /** Open alerts of this condition that the caller sees. */
  open: z.number(),
  last_evaluated_at: time.nullable(),
  /** Why it could not be evaluated the last time; its alerts stay as they were. */
  error: z.string().nullable(),
})
export const alertList = z.object({
  alerts: z.array(alertRow),
  conditions: z.array(conditionRow),
  next_cursor: z.string().nullable(),
})
export const alertReply = alertRow.extend({
  history: z.array(
    z.object({
      at: time,
      what: z.enum(alertSteps),
      by: z.string().nullable(),
      note: z.string().nullable(),
      value: z.number().nullable(),
    }),
  ),
})

export const sourceStatuses = ['healthy', 'stale', 'failing', 'no_data'] as const
export const integrationHealth = z.object({
  status: z.enum(['ok', 'degraded']).describe('`ok` exactly when every source is healthy or has no data.'),
  sources: z.array(
    z.object({
      source: z.string(),
      status: z.enum(sourceStatuses),
      last_event_at: time.nullable(),
      events_last_hour: z.number().describe('Kept by the hour: the part of the hour before is estimated.'),
      events_last_day: z.number(),
      expected_per_hour: z
        .number()
        .nullable()
        .describe('Median of this hour of the last days; null until three days are known.'),
      dead_letters_last_day: z.number(),
      signature_failures_last_day: z.number(),
      gaps: z
        .object({
          checked_at: time.nullable(),
          days: z.number().describe('Days that the figures are of.'),
          missing: z.number().describe('Events that the source says there were and that did not arrive.'),
          backfilled: z.number().describe('Of these, those that were fetched since.'),
          error: z.string().nullable().describe('Why the last look ended early.'),
          kinds: z.array(
            z.object({
              kind: z.string(),
              expected: z.number().describe('Events that the source says there were.'),
              missing: z.number(),
              backfilled: z.number(),
            }),
          ),
        })
        .nullable()
        .describe('What the source was asked about its own events; null where it never was.'),
      detail: z.string(),
    }),
  ),
})
