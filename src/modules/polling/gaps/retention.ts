/** What was missing is of interest for a while; the events themselves are kept as all events are. */
import { z } from 'zod'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { defineSetting } from '#kernel/settings/index.ts'

export const sourceGapDays = defineSetting({
  name: 'retention.source_gap_days',
  summary: 'Days that it is kept which events of a source were missing, and how many were expected; not archived.',
  schema: z.number().int().min(8).max(3650),
  default: 90,
})

export const pollingPolicies: readonly RetentionPolicy[] = [
  { table: 'source_gap', recordedAt: 'found_at', days: sourceGapDays, archived: false },
  { table: 'poll_day', recordedAt: 'checked_at', days: sourceGapDays, archived: false },
]
