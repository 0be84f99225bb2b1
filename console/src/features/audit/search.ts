/** What the audit pages keep in their addresses. Anything not understood falls back to its default. */
import { z } from 'zod'
import type { anomalyStates } from '#modules/audit/schemas.ts'

// Told here too: the module's schemas would otherwise come with the first load of every page.
const states = ['open', 'acknowledged', 'all'] as const satisfies typeof anomalyStates

const text = z.string().max(500).optional().catch(undefined)
const day = z.iso.date().optional().catch(undefined)

export const auditSearch = z.object({
  module: text,
  action: text,
  actor: text,
  subject: text,
  q: text,
  /** Days of the tenant's time zone, both included. */
  from: day,
  to: day,
})
export type AuditSearch = z.output<typeof auditSearch>
/** Whose events are shown, and which of them in full (the newest without it). */
export const subjectSearch = z.object({
  subject: z.string().max(500).catch(''),
  seq: z.coerce.number().int().nonnegative().optional().catch(undefined),
})
export const anomaliesSearch = z.object({ state: z.enum(states).optional().catch(undefined) })
