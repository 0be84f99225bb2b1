/** What the delivery pages keep in their addresses. Anything not understood falls back to its default. */
import { z } from 'zod'
import type { intervals } from '#modules/delivery/dora/schemas.ts'

// Told here too: the module's schemas would otherwise come with the first load of every page.
const steps = ['day', 'week', 'month'] as const satisfies typeof intervals

const text = z.string().max(63).optional().catch(undefined)
const day = z.iso.date().optional().catch(undefined)
const scope = { stream: text, tech_stream: text }

/** Lengths of window on offer, in days. */
export const windowDays = ['30', '90', '180', '365'] as const
const span = { days: z.enum(windowDays).optional().catch(undefined), from: day, to: day }

export const overviewSearch = z.object({
  ...scope,
  ...span,
  interval: z.enum(steps).optional().catch(undefined),
})
export const deploymentsSearch = z.object({
  ...scope,
  ...span,
  only: z.enum(['failed', 'rework']).optional().catch(undefined),
})
export const incidentsSearch = z.object({
  ...scope,
  ...span,
  attributed: z.enum(['yes', 'no']).optional().catch(undefined),
})
/** `new` opens the form (for a repository, when it names one); `edit` opens it for a stream. */
export const streamsSearch = z.object({
  new: z.string().max(300).optional().catch(undefined),
  edit: text,
})

export type WindowSearch = {
  stream?: string | undefined
  tech_stream?: string | undefined
  days?: (typeof windowDays)[number] | undefined
  from?: string | undefined
  to?: string | undefined
}
