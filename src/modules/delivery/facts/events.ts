/** What the delivery facts tell other modules. */
import { z } from 'zod'
import { defineEvent } from '#kernel/events/index.ts'

/** Raw facts were written; what is derived from them (changes, incidents, failures, rework) must be derived again. */
export const factsRecorded = defineEvent({
  name: 'delivery.facts-recorded',
  summary: 'Raw delivery facts were written for these repositories and incidents.',
  payload: z.object({
    repositories: z.array(z.string()),
    incidents: z.array(z.object({ source: z.string(), key: z.string() })),
  }),
})

/**
 * Derived facts of these days changed. `day` is a day of the tenant's time zone (`YYYY-MM-DD`), `stream` a stream's id or `all`;
 * pairs are distinct. A pair may name a day that no longer has facts.
 */
export const daysChanged = defineEvent({
  name: 'delivery.days-changed',
  summary: 'What counts on these days of these streams changed; roll-ups must be made again.',
  payload: z.object({ days: z.array(z.object({ stream: z.string(), day: z.iso.date() })) }),
})
