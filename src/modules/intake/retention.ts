/** How long events are kept. The archive has them as they were signed, so that a replay is what the sender once sent. */
import { z } from 'zod'
import { randomId } from '#kernel/clock/index.ts'
import type { Database, TenantTx } from '#kernel/database/index.ts'
import type { RetainedRow, RetentionPolicy } from '#kernel/retention/index.ts'
import { defineSetting } from '#kernel/settings/index.ts'
import { int8s, noRow, sql, statement, uuids } from '#kernel/sql/index.ts'
import type { GroupCommit } from './group-commit.ts'
import { readPayloads } from './payload.ts'
import { knownDeliveries, type Origin } from './queries.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

export const eventQueueDays = defineSetting({
  name: 'retention.event_queue_days',
  summary: 'Days that finished events (completed and dead-lettered) are kept before they are archived and purged.',
  schema: z.number().int().min(1).max(3650),
  default: 30,
})

export const sourceActivityDays = defineSetting({
  name: 'retention.source_activity_days',
  summary: 'Days that the hourly counts of events are kept; they are not archived.',
  schema: z.number().int().min(30).max(3650),
  default: 365,
})

const lineageOfEvents = statement({
  name: 'intake.lineage-of-events',
  row: z.object({ eventId: z.number(), facts: z.array(z.object({ table: z.string(), id: z.string() })) }),
  sample: { ids: [1] },
  sql: ({ ids }: { ids: readonly number[] }) => sql`
    select l.event_id as "eventId",
      json_agg(json_build_object('table', l.fact_table, 'id', l.fact_id) order by l.fact_table, l.fact_id) as "facts"
    from event_lineage l where l.event_id = any(${int8s(ids)}::bigint[]) group by l.event_id`,
})

const deleteLineage = statement({
  name: 'intake.delete-lineage',
  row: noRow,
  sample: { ids: [1] },
  sql: ({ ids }: { ids: readonly number[] }) => sql`
    delete from event_lineage l where l.event_id = any(${int8s(ids)}::bigint[])`,
})

/** An event and its segment were written by one statement, so their times are equal and bound the search. */
const deleteEmptySegments = statement({
  name: 'intake.delete-empty-segments',
  row: noRow,
  sample: { ids: [zeroUuid], from: '2000-01-01', to: '2000-01-02' },
  sql: (p: { ids: readonly string[]; from: string; to: string }) => sql`
    delete from payload_segment s
    where s.id = any(${uuids(p.ids)}::uuid[]) and not exists (
      select from event_queue e where e.tenant_id = s.tenant_id and e.segment_id = s.id
        and e.enqueued_at between ${p.from}::timestamptz - interval '1 hour' and ${p.to}::timestamptz + interval '1 hour')`,
})

const idsOf = (rows: readonly RetainedRow[]) => rows.map(({ id }) => Number(id))

/** The payload's bytes, and the facts that the event caused: its lineage goes with it. */
async function payloadAndFacts(tx: TenantTx, rows: readonly RetainedRow[]): Promise<RetainedRow[]> {
  const places = rows.map((row) => ({
    segmentId: String(row.segment_id),
    offset: Number(row.payload_offset),
    length: Number(row.payload_length),
  }))
  const bodies = await readPayloads(tx, places)
  const lineage = new Map((await tx.rows(lineageOfEvents, { ids: idsOf(rows) })).map((row) => [row.eventId, row.facts]))
  return rows.map(({ id }, at) => ({
    payload_base64: bodies[at]!.toString('base64'),
    facts: lineage.get(Number(id)) ?? [],
  }))
}

async function removeWhatHungOnThem(tx: TenantTx, rows: readonly RetainedRow[]) {
  const times = rows.map(({ enqueued_at }) => String(enqueued_at)).sort()
  await tx.run(deleteLineage, { ids: idsOf(rows) })
  const ids = [...new Set(rows.map(({ segment_id }) => String(segment_id)))]
  await tx.run(deleteEmptySegments, { ids, from: times[0]!, to: times.at(-1)! })
}

type Deps = { readonly database: Database; readonly groupCommit: GroupCommit }

/** Archived events through the door they came in by: those that the queue still has are dropped by their delivery id. */
async function requeue({ database, groupCommit }: Deps, tenantId: string, lines: readonly string[]): Promise<number> {
  const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const known = await database.tenantTx({ tenantId }, (tx) =>
    tx.rows(knownDeliveries, {
      sources: rows.map((row) => String(row.event_source)),
      ids: rows.map((row) => String(row.delivery_id)),
    }),
  )
  await Promise.all(
    rows.map((row) =>
      groupCommit.accept({
        tenantId,
        source: String(row.event_source),
        type: String(row.event_type),
        deliveryId: String(row.delivery_id),
        connectionId: row.connection_id === null ? null : String(row.connection_id),
        contentType: String(row.content_type),
        requestId: String(row.request_id ?? randomId()),
        // Archives from before this column existed do not have it.
        origin: (row.origin as Origin | null | undefined) ?? null,
        body: Buffer.from(String(row.payload_base64), 'base64'),
      }),
    ),
  )
  return rows.length - known.length
}

export const intakePolicies = (deps: Deps): readonly RetentionPolicy[] => [
  {
    table: 'event_queue',
    recordedAt: 'enqueued_at',
    days: eventQueueDays,
    only: `w.status in ('completed', 'dead_lettered')`,
    archived: true,
    rowsAtOnce: 500,
    more: payloadAndFacts,
    afterPurge: removeWhatHungOnThem,
    replay: { order: 0, byDefault: false, write: (tenantId, lines) => requeue(deps, tenantId, lines) },
  },
  { table: 'source_activity', recordedAt: 'hour', days: sourceActivityDays, archived: false },
]
