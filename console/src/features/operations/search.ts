/** What the operations pages keep in their addresses. Anything not understood falls back to its default. */
import { z } from 'zod'

const text = z.string().max(200).optional().catch(undefined)

/** `work` is whose curve is shown (all without it), `span` how much of it. */
export const operationsSearch = z.object({ work: text, span: z.enum(['3h', '24h']).optional().catch(undefined) })
export const deadLettersSearch = z.object({ work: text, error_class: text })
export const alertStates = ['open', 'resolved', 'all'] as const
export const alertsSearch = z.object({ state: z.enum(alertStates).optional().catch(undefined) })
