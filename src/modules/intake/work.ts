/** Processing `event_queue`: parse each event once, hand it to the module that understands its source, keep the lineage. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import type { TransactionalWork, WorkRow } from '#kernel/work/index.ts'
import { parsePayload, readPayloads } from './payload.ts'
import type { IncomingEvent, Processed, Processor } from './processor.ts'
import { countActivity, insertLineage } from './queries.ts'

const row = z.object({
  source: z.enum(['github', 'jira']),
  type: z.string(),
  deliveryId: z.string(),
  contentType: z.string(),
  segmentId: z.string(),
  offset: z.number(),
  length: z.number(),
  enqueuedAt: z.date(),
})
type EventRow = WorkRow & z.output<typeof row>

const batch = 250

export const eventQueueWork = (processors: readonly Processor[]): TransactionalWork<z.output<typeof row>> => ({
  kind: 'transactional',
  name: 'event_queue',
  table: 'event_queue',
  columns: `w.event_source as "source", w.event_type as "type", w.delivery_id as "deliveryId", w.content_type as "contentType",
    w.segment_id as "segmentId", w.payload_offset as "offset", w.payload_length as "length", w.enqueued_at as "enqueuedAt"`,
  row,
  batch,
  maxAttempts: 3,
  async handle(tx, rows) {
    const bodies = await readPayloads(tx, rows)
    const events = rows.map((event, index) => toEvent(event, bodies[index]!))
    const results = new Map<number, Processed>()
    for (const [source, group] of Map.groupBy(events, (event) => event.source)) {
      const processor = processors.find((candidate) => candidate.source === source)
      const processed = processor ? await processor.process(tx, group) : group.map(() => nobody)
      for (const [index, event] of group.entries()) results.set(event.id, processed[index]!)
    }
    await keepLineage(tx, results)
    await tx.run(countActivity, { tenantId: tx.tenantId, ids: rows.map(({ id }) => id) })
    return rows.map(({ id }) => ({ outcome: results.get(id)!.outcome }))
  },
})

const nobody: Processed = { outcome: 'ignored:no-processor', facts: [] }

const toEvent = (event: EventRow, body: Buffer): IncomingEvent => ({
  id: event.id,
  source: event.source,
  type: event.type,
  deliveryId: event.deliveryId,
  enqueuedAt: event.enqueuedAt,
  payload: parsePayload(body, event.contentType),
})

async function keepLineage(tx: TenantTx, results: ReadonlyMap<number, Processed>) {
  const rows = [...results].flatMap(([eventId, { facts }]) => facts.map(({ table, id }) => ({ eventId, table, id })))
  if (rows.length === 0) return
  await tx.run(insertLineage, {
    tenantId: tx.tenantId,
    eventIds: rows.map(({ eventId }) => eventId),
    tables: rows.map(({ table }) => table),
    ids: rows.map(({ id }) => id),
  })
}
