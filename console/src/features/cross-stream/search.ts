/** What the pages across streams keep in their addresses. Anything not understood falls back to its default. */
import { z } from 'zod'
import type { measures } from '#modules/delivery/correlation/schemas.ts'

// Told here too: the module's schemas would otherwise come with the first load of every page.
const names = [
  'deployments',
  'change_failure_share',
  'lead_time_p50',
  'throughput',
  'cycle_time_p50',
] as const satisfies typeof measures

const text = z.string().max(63)
const optional = text.optional().catch(undefined)
const measure = z.enum(names).catch('deployments')

export const crossStreamSearch = z.object({ stream: optional, tech_stream: optional })
export const pairSearch = z.object({ a: text.catch(''), b: text.catch(''), measure_a: measure, measure_b: measure })
