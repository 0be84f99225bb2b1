/** What the delivery pages keep in their addresses. Anything not understood falls back to its default. */
import { z } from 'zod'
import type { intervals, MetricName } from '#modules/delivery/dora/schemas.ts'

// Told here too: the module's schemas would otherwise come with the first load of every page.
const steps = ['day', 'week', 'month'] as const satisfies typeof intervals

const metrics = [
  'deployment_frequency',
  'change_lead_time',
  'change_failure_rate',
  'failed_deployment_recovery_time',
  'deployment_rework_rate',
] as const satisfies readonly MetricName[]

const text = z.string().max(63).optional().catch(undefined)
const day = z.iso.date().optional().catch(undefined)
const scope = { stream: text, tech_stream: text }

/** Lengths of window on offer, in days. */
export const windowDays = ['30', '90', '180', '365'] as const
const span = { days: z.enum(windowDays).optional().catch(undefined), from: day, to: day }

const asOf = z.iso.datetime().max(35).optional().catch(undefined)
export const overviewSearch = z.object({
  ...scope,
  ...span,
  interval: z.enum(steps).optional().catch(undefined),
  as_of: asOf,
})
export const receiptSearch = z.object({
  ...scope,
  ...span,
  metric: z.enum(metrics).catch('change_failure_rate'),
  as_of: asOf,
  part: z.enum(['numerator', 'denominator']).optional().catch(undefined),
})
export const sprintsSearch = z.object({ ...scope, ...span })
const revision = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/)
  .optional()
  .catch(undefined)
export const sprintSearch = z.object({ ...scope, start_revision: revision, close_revision: revision })
export const deploymentsSearch = z.object({
  ...scope,
  ...span,
  only: z.enum(['failed', 'rework', 'untraced']).optional().catch(undefined),
})
export const incidentsSearch = z.object({
  ...scope,
  ...span,
  attributed: z.enum(['yes', 'no']).optional().catch(undefined),
})
/** Lengths of history on offer, in days. */
export const historyDays = ['30', '60', '90', '180', '365'] as const
/** The question of the forecasts page; numbers are texts, as in every address. */
export const forecastsSearch = z.object({
  ...scope,
  items: z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .optional()
    .catch(undefined),
  by: day,
  history: z.enum(historyDays).optional().catch(undefined),
  walk: z.enum(['all', 'working']).optional().catch(undefined),
})
export type ForecastsSearch = z.output<typeof forecastsSearch>

/** `new` opens the form of a survey. */
export const pulseSearch = z.object({ ...scope, ...span, new: z.string().max(20).optional().catch(undefined) })
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
