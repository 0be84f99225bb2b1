/** Retention of the kernel's own tables. */
import { z } from 'zod'
import type { RetentionPolicy } from '#kernel/retention/index.ts'
import { defineSetting } from '#kernel/settings/index.ts'

const days = (min: number, max = 3650) => z.number().int().min(min).max(max)

export const domainEventDays = defineSetting({
  name: 'retention.domain_event_days',
  summary: 'Days that the event log is kept once all its subscribers are done; it is not archived.',
  schema: days(1, 365),
  default: 7,
})

export const kernelTables: readonly RetentionPolicy[] = [
  {
    // Work rows of subscribers go with their event.
    table: 'domain_event',
    recordedAt: 'created_at',
    days: domainEventDays,
    only: `not exists (select from subscription_work s where s.tenant_id = w.tenant_id and s.event_id = w.id
      and (s.status in ('pending', 'processing') or (s.status = 'dead_lettered' and s.finished_at > app.now() - interval '30 days')))`,
    archived: false,
    rowsAtOnce: 5000,
  },
]
