/** What the delivery facts tell other modules. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { defineEvent, type EventLog } from '#kernel/events/index.ts'

const named = z.array(z.object({ source: z.string(), key: z.string() }))

/** Raw facts were written; what is derived from them (changes, incidents, failures, rework) must be derived again. */
export const factsRecorded = defineEvent({
  name: 'delivery.facts-recorded',
  summary: 'Raw delivery facts were written for these repositories and incidents.',
  payload: z.object({ repositories: z.array(z.string()), incidents: named }),
})

/** Raw facts of work items were written. Sprints are among them, as `sprint:<id>`. Apart, for most events touch none. */
export const workItemsRecorded = defineEvent({
  name: 'delivery.work-items-recorded',
  summary: 'Raw facts were written for these work items and sprints.',
  payload: z.object({ items: named }),
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

export type Touched = {
  readonly repositories: readonly string[]
  readonly incidents: readonly { source: string; key: string }[]
  readonly items: readonly { source: string; key: string }[]
}

/** Says what facts were written of, to whom it concerns. */
export async function tellRecorded(tx: TenantTx, eventLog: EventLog, { repositories, incidents, items }: Touched) {
  if (repositories.length > 0 || incidents.length > 0)
    await eventLog.publish(tx, factsRecorded, { repositories: [...repositories], incidents: [...incidents] })
  if (items.length > 0) await eventLog.publish(tx, workItemsRecorded, { items: [...items] })
}
