/** Processing `event_queue`: parse each event once, hand it to the module that understands its source, keep the lineage. */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import type { Failed, TransactionalWork, WorkRow } from '#kernel/work/index.ts'
import { parsePayload, readPayloads } from './payload.ts'
import type { IncomingEvent, Processed, Processor } from './processor.ts'
import { countActivity, eventById, insertLineage, type Seen } from './queries.ts'
import { showPayload } from './show-payload.ts'

const row = z.object({
  source: z.string(),
  type: z.string(),
  deliveryId: z.string(),
  contentType: z.string(),
  segmentId: z.string(),
  offset: z.number(),
  length: z.number(),
  enqueuedAt: z.date(),
})
type EventRow = WorkRow & z.output<typeof row>

const batch = 500
/** Payloads held in memory at once; a batch with more of them is handled piece by piece in its one transaction. */
const maxPieceBytes = 32 * 1024 * 1024

export const eventQueueWork = (processors: readonly Processor[]): TransactionalWork<z.output<typeof row>> => ({
  kind: 'transactional',
  name: 'event_queue',
  table: 'event_queue',
  columns: `w.event_source as "source", w.event_type as "type", w.delivery_id as "deliveryId", w.content_type as "contentType",
    w.segment_id as "segmentId", w.payload_offset as "offset", w.payload_length as "length", w.enqueued_at as "enqueuedAt"`,
  row,
  batch,
  maxAttempts: 3,
  summary: `w.event_source || ' ' || w.event_type || ' ' || w.delivery_id`,
  payload: payloadOf,
  async handle(tx, rows) {
    const results = new Map<number, Processed | Failed>()
    for (const piece of pieces(rows)) {
      const bodies = await readPayloads(tx, piece)
      const events: IncomingEvent[] = []
      for (const [index, event] of piece.entries()) {
        try {
          events.push(toEvent(event, bodies[index]!))
        } catch (error) {
          results.set(event.id, { error })
        }
      }
      for (const [source, group] of Map.groupBy(events, (event) => event.source)) {
        const processor = processorOf(processors, source)
        const processed = processor ? await processor.process(tx, group) : group.map(() => nobody)
        for (const [index, event] of group.entries()) results.set(event.id, processed[index]!)
      }
    }
    const processed = rows.filter(({ id }) => 'outcome' in results.get(id)!)
    await keepLineage(tx, results)
    await tx.run(countActivity, { tenantId: tx.tenantId, seen: seenBySourceAndHour(processed) })
    return rows.map(({ id }) => {
      const result = results.get(id)!
      return 'error' in result ? result : { outcome: result.outcome }
    })
  },
})

const hourMs = 3_600_000
function seenBySourceAndHour(rows: readonly EventRow[]): Seen[] {
  const groups = Map.groupBy(rows, ({ source, enqueuedAt }) => `${source} ${Math.floor(enqueuedAt.getTime() / hourMs)}`)
  return [...groups.values()].map((group) => {
    const times = group.map(({ enqueuedAt }) => enqueuedAt.getTime())
    const hour = new Date(Math.floor(times[0]! / hourMs) * hourMs)
    return {
      source: group[0]!.source,
      hour,
      events: group.length,
      lastEventAt: new Date(times.reduce((a, b) => Math.max(a, b))),
    }
  })
}

function pieces<E extends { length: number }>(rows: readonly E[]): E[][] {
  const made: E[][] = [[]]
  let bytes = 0
  for (const row of rows) {
    bytes += row.length
    if (bytes > maxPieceBytes && made.at(-1)!.length > 0) {
      made.push([])
      bytes = row.length
    }
    made.at(-1)!.push(row)
  }
  return made
}

/** The source's own, else the one for all other sources. */
const processorOf = (processors: readonly Processor[], source: string): Processor | undefined =>
  processors.find((candidate) => candidate.source === source) ??
  processors.find((candidate) => candidate.source === 'events')

const nobody: Processed = { outcome: 'ignored:no-processor', facts: [] }

const toEvent = (event: EventRow, body: Buffer): IncomingEvent => ({
  id: event.id,
  source: event.source,
  type: event.type,
  deliveryId: event.deliveryId,
  enqueuedAt: event.enqueuedAt,
  payload: parsePayload(body, event.contentType),
})

async function payloadOf(tx: TenantTx, id: number): Promise<string | undefined> {
  const event = await tx.row(eventById, { id })
  return event && showPayload(tx, event)
}

async function keepLineage(tx: TenantTx, results: ReadonlyMap<number, Processed | Failed>) {
  const rows = [...results].flatMap(([eventId, result]) =>
    'error' in result ? [] : result.facts.map(({ table, id }) => ({ eventId, table, id })),
  )
  if (rows.length === 0) return
  await tx.run(insertLineage, {
    tenantId: tx.tenantId,
    eventIds: rows.map(({ eventId }) => eventId),
    tables: rows.map(({ table }) => table),
    ids: rows.map(({ id }) => id),
  })
}
