import { z } from 'zod'
import { byteas, int4s, int8s, noRow, sql, statement, texts, timestamps, uuids } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

/** How an event came in that its sender did not send: fetched from the sender's log of deliveries, or made from its API. */
export type Origin = 'delivery' | 'poll'

export type Flush = {
  segments: { tenantId: string; id: string; data: Buffer; events: number }[]
  events: {
    tenantId: string
    segmentId: string
    offset: number
    length: number
    source: string
    type: string
    deliveryId: string
    connectionId: string | null
    contentType: string
    requestId: string
    origin: Origin | null
  }[]
}

/**
 * Stores a flush: events first, redelivered ones dropped by their delivery id; then only those segments that hold an event.
 * One statement, so one round trip and one commit however many events wait.
 */
export const storeFlush = statement({
  name: 'intake.store-flush',
  row: noRow,
  sample: { segments: [], events: [] },
  sql: ({ segments, events }: Flush) => sql`
    with arrived as (
      insert into event_queue (tenant_id, segment_id, payload_offset, payload_length, event_source, event_type, delivery_id,
        connection_id, content_type, request_id, origin)
      select a.tenant_id, a.segment_id, a.payload_offset, a.payload_length, a.event_source, a.event_type, a.delivery_id,
        a.connection_id, a.content_type, a.request_id, a.origin
      from unnest(
        ${uuids(events.map((e) => e.tenantId))}::uuid[], ${uuids(events.map((e) => e.segmentId))}::uuid[],
        ${int4s(events.map((e) => e.offset))}::int[], ${int4s(events.map((e) => e.length))}::int[],
        ${texts(events.map((e) => e.source))}::text[], ${texts(events.map((e) => e.type))}::text[],
        ${texts(events.map((e) => e.deliveryId))}::text[], ${uuids(events.map((e) => e.connectionId))}::uuid[],
        ${texts(events.map((e) => e.contentType))}::text[], ${texts(events.map((e) => e.requestId))}::text[],
        ${texts(events.map((e) => e.origin))}::text[]
      ) as a(tenant_id, segment_id, payload_offset, payload_length, event_source, event_type, delivery_id, connection_id,
        content_type, request_id, origin)
      on conflict (tenant_id, event_source, delivery_id) do nothing
      returning segment_id
    )
    insert into payload_segment (tenant_id, id, data, events)
    select s.tenant_id, s.id, s.data, s.events
    from unnest(
      ${uuids(segments.map((s) => s.tenantId))}::uuid[], ${uuids(segments.map((s) => s.id))}::uuid[],
      ${byteas(segments.map((s) => s.data))}::bytea[], ${int4s(segments.map((s) => s.events))}::int[]
    ) as s(tenant_id, id, data, events)
    where s.id in (select segment_id from arrived)`,
})

export const connectionById = statement({
  name: 'intake.connection-by-id',
  row: z.object({
    tenantId: z.string(),
    id: z.string(),
    source: z.enum(['github', 'jira', 'events']),
    eventSource: z.string().nullable(),
    secret: z.instanceof(Buffer),
    previousSecret: z.instanceof(Buffer).nullable(),
  }),
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select c.tenant_id as "tenantId", c.id as "id", c.source as "source", c.event_source as "eventSource",
      c.secret as "secret", c.previous_secret as "previousSecret" from app.connection_by_id(${id}::uuid) c`,
})

export const connectionByEventSource = statement({
  name: 'intake.connection-by-event-source',
  row: z.object({
    tenantId: z.string(),
    id: z.string(),
    secret: z.instanceof(Buffer),
    previousSecret: z.instanceof(Buffer).nullable(),
  }),
  sample: { tenantId: zeroUuid, source: '' },
  sql: (p: { tenantId: string; source: string }) => sql`
    select c.tenant_id as "tenantId", c.id as "id", c.secret as "secret", c.previous_secret as "previousSecret"
    from app.connection_by_event_source(${p.tenantId}::uuid, ${p.source}::text) c`,
})

/** Expects the unique index of delivery ids. */
export const eventByDelivery = statement({
  name: 'intake.event-by-delivery',
  row: z.object({ id: z.number(), requestId: z.string().nullable() }),
  sample: { source: '', deliveryId: '' },
  sql: (p: { source: string; deliveryId: string }) => sql`
    select e.id as "id", e.request_id as "requestId" from event_queue e
    where e.event_source = ${p.source}::text and e.delivery_id = ${p.deliveryId}::text`,
})

/** Which of these deliveries are in the queue; probes of the unique index. */
export const knownDeliveries = statement({
  name: 'intake.known-deliveries',
  row: z.object({ source: z.string(), deliveryId: z.string() }),
  sample: { sources: [''], ids: [''] },
  sql: (p: { sources: readonly string[]; ids: readonly string[] }) => sql`
    select d.source as "source", d.id as "deliveryId"
    from unnest(${texts(p.sources)}::text[], ${texts(p.ids)}::text[]) as d(source, id)
    join event_queue e on e.event_source = d.source and e.delivery_id = d.id`,
})

export const segmentsByIds = statement({
  name: 'intake.segments-by-ids',
  row: z.object({ id: z.string(), data: z.instanceof(Buffer) }),
  sample: { ids: [zeroUuid] },
  sql: ({ ids }: { ids: string[] }) => sql`
    select s.id as "id", s.data as "data" from payload_segment s where s.id = any(${uuids(ids)}::uuid[])`,
})

export const insertLineage = statement({
  name: 'intake.insert-lineage',
  row: noRow,
  sample: { tenantId: zeroUuid, eventIds: [1], tables: [''], ids: [''] },
  sql: (p: { tenantId: string; eventIds: number[]; tables: string[]; ids: string[] }) => sql`
    insert into event_lineage (tenant_id, event_id, fact_table, fact_id)
    select ${p.tenantId}::uuid, l.event_id, l.fact_table, l.fact_id
    from unnest(${int8s(p.eventIds)}::bigint[], ${texts(p.tables)}::text[], ${texts(p.ids)}::text[])
      as l(event_id, fact_table, fact_id)
    on conflict do nothing`,
})

/** Events of one source that arrived in one hour, and the last of them. */
export type Seen = { readonly source: string; readonly hour: Date; readonly events: number; readonly lastEventAt: Date }

/** Adds to the hours' counts, in one order everywhere, so that two workers wait for each other instead of deadlocking. */
export const countActivity = statement({
  name: 'intake.count-activity',
  row: noRow,
  sample: { tenantId: zeroUuid, seen: [] },
  sql: ({ tenantId, seen }: { tenantId: string; seen: readonly Seen[] }) => sql`
    insert into source_activity (tenant_id, source, hour, events, last_event_at)
    select ${tenantId}::uuid, s.source, s.hour, s.events, s.last_event_at
    from unnest(${texts(seen.map((s) => s.source))}::text[], ${timestamps(seen.map((s) => s.hour))}::timestamptz[],
      ${int4s(seen.map((s) => s.events))}::int[], ${timestamps(seen.map((s) => s.lastEventAt))}::timestamptz[])
      as s(source, hour, events, last_event_at)
    order by s.source, s.hour
    on conflict (tenant_id, source, hour) do update
      set events = source_activity.events + excluded.events,
        last_event_at = greatest(source_activity.last_event_at, excluded.last_event_at)`,
})

export const activity = statement({
  name: 'intake.activity',
  row: z.object({ source: z.string(), total: z.number(), lastDay: z.number(), lastEventAt: z.date() }),
  sample: undefined,
  sql: () => sql`
    select a.source as "source", sum(a.events)::bigint as "total",
      coalesce(sum(a.events) filter (where a.last_event_at > app.now() - interval '24 hours'), 0)::bigint as "lastDay",
      max(a.last_event_at) as "lastEventAt"
    from source_activity a group by a.source`,
})

export const queueCounts = statement({
  name: 'intake.queue-counts',
  row: z.object({ status: z.enum(['pending', 'processing', 'dead_lettered']), count: z.number() }),
  sample: undefined,
  sql: () => sql`
    select q.status as "status", count(*) as "count" from event_queue q where q.finished_at is null group by q.status
    union all select q.status, count(*) from event_queue q
    where q.finished_at is not null and q.error_class is not null and q.status = 'dead_lettered' group by q.status`,
})

const eventRow = z.object({
  id: z.number(),
  source: z.string(),
  type: z.string(),
  status: z.enum(['pending', 'processing', 'completed', 'dead_lettered']),
  outcome: z.string().nullable(),
  attempts: z.number(),
  requeuedCount: z.number(),
  lastError: z.string().nullable(),
  errorClass: z.string().nullable(),
  enqueuedAt: z.date(),
  finishedAt: z.date().nullable(),
})
const eventColumns = sql`e.id as "id", e.event_source as "source", e.event_type as "type", e.status as "status",
  e.outcome as "outcome", e.attempt_count as "attempts", e.requeued_count as "requeuedCount", e.last_error as "lastError", e.error_class as "errorClass",
  e.enqueued_at as "enqueuedAt", e.finished_at as "finishedAt"`

/** Newest first; expects the primary key, or the dead-letter index when filtered to dead letters. */
export const listEvents = statement({
  name: 'intake.list-events',
  row: eventRow,
  sample: { status: null, source: null, before: null, limit: 1 },
  sql: (p: { status: string | null; source: string | null; before: number | null; limit: number }) => sql`
    select ${eventColumns} from event_queue e
    where (${p.status}::text is null or e.status = ${p.status}::text)
      and (${p.source}::text is null or e.event_source = ${p.source}::text)
      and (${p.before}::bigint is null or e.id < ${p.before}::bigint)
    order by e.id desc limit ${p.limit}::int`,
})

export const eventById = statement({
  name: 'intake.event-by-id',
  row: eventRow.extend({
    deliveryId: z.string(),
    connectionId: z.string().nullable(),
    requestId: z.string().nullable(),
    origin: z.enum(['delivery', 'poll']).nullable(),
    contentType: z.string(),
    segmentId: z.string(),
    offset: z.number(),
    length: z.number(),
  }),
  sample: { id: 1 },
  sql: ({ id }: { id: number }) => sql`
    select ${eventColumns}, e.delivery_id as "deliveryId", e.connection_id as "connectionId", e.request_id as "requestId",
      e.origin as "origin", e.content_type as "contentType", e.segment_id as "segmentId",
      e.payload_offset as "offset", e.payload_length as "length"
    from event_queue e where e.id = ${id}::bigint`,
})

export const lineageOfEvent = statement({
  name: 'intake.lineage-of-event',
  row: z.object({ table: z.string(), id: z.string() }),
  sample: { eventId: 1 },
  sql: ({ eventId }: { eventId: number }) => sql`
    select l.fact_table as "table", l.fact_id as "id" from event_lineage l where l.event_id = ${eventId}::bigint
    order by l.fact_table, l.fact_id limit 5000`,
})

export const eventsOfFact = statement({
  name: 'intake.events-of-fact',
  row: z.object({ eventId: z.number() }),
  sample: { table: '', id: '' },
  sql: (p: { table: string; id: string }) => sql`
    select l.event_id as "eventId" from event_lineage l
    where l.fact_table = ${p.table}::text and l.fact_id = ${p.id}::text order by l.event_id limit 500`,
})
