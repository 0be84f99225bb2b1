/**
 * The event log: a use case says what changed once, in its own transaction; every subscriber gets a work row in the same
 * transaction and handles it with the work engine, so nothing is missed however late a transaction commits.
 */
import { z } from 'zod'
import type { TenantTx } from '#kernel/database/index.ts'
import { int8s, noRow, raw, sql, statement, texts } from '#kernel/sql/index.ts'
import type { TransactionalWork } from '#kernel/work/index.ts'

export type EventType<P> = { readonly name: string; readonly summary: string; readonly payload: z.ZodType<P> }
export const defineEvent = <P>(type: EventType<P>): EventType<P> => Object.freeze(type)

export type Subscriber = {
  /** `<module>.<what it does>` */
  readonly name: string
  readonly event: string
  readonly work: TransactionalWork<{ payload: unknown }>
}

/** Rows handled together; a handler merges their payloads, so a backlog collapses into one piece of work. */
const subscriberBatch = 200

/** Subscribes to an event. `handle` sees up to a few hundred payloads of one tenant at once, in the order said. */
export function subscribe<P>(
  name: string,
  event: EventType<P>,
  handle: (tx: TenantTx, payloads: readonly P[]) => Promise<string>,
): Subscriber {
  return {
    name,
    event: event.name,
    work: {
      kind: 'transactional',
      name,
      table: 'subscription_work',
      filter: sql`w.subscriber = ${raw(`'${name.replaceAll("'", "''")}'`)}`,
      columns: `(select e.payload from domain_event e where e.tenant_id = w.tenant_id and e.id = w.event_id) as "payload"`,
      row: z.object({ payload: z.unknown() }),
      summary: `(select e.name || ' ' || left(e.payload::text, 160) from domain_event e where e.tenant_id = w.tenant_id and e.id = w.event_id)`,
      payload: async (tx, id) => (await tx.row(eventOfWork, { id }))?.payload,
      batch: subscriberBatch,
      maxAttempts: 5,
      async handle(tx, rows) {
        const outcome = await handle(
          tx,
          [...rows].sort((a, b) => a.id - b.id).map((row) => event.payload.parse(row.payload)),
        )
        return rows.map(() => ({ outcome }))
      },
    },
  }
}

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const insertEvent = statement({
  name: 'events.publish',
  row: z.object({ id: z.number() }),
  sample: { tenantId: zeroUuid, name: '', payload: '{}' },
  sql: (p: { tenantId: string; name: string; payload: string }) => sql`
    insert into domain_event (tenant_id, name, payload) values (${p.tenantId}::uuid, ${p.name}::text, ${p.payload}::jsonb)
    returning id as "id"`,
})
const eventOfWork = statement({
  name: 'events.of-work',
  row: z.object({ payload: z.string() }),
  sample: { id: 1 },
  sql: ({ id }: { id: number }) => sql`
    select jsonb_pretty(e.payload) as "payload" from subscription_work w
    join domain_event e on e.tenant_id = w.tenant_id and e.id = w.event_id where w.id = ${id}::bigint`,
})
const insertWork = statement({
  name: 'events.fan-out',
  row: noRow,
  sample: { tenantId: zeroUuid, eventIds: [1], subscribers: [''] },
  sql: (p: { tenantId: string; eventIds: number[]; subscribers: string[] }) => sql`
    insert into subscription_work (tenant_id, event_id, subscriber)
    select ${p.tenantId}::uuid, due.event_id, due.subscriber
    from unnest(${int8s(p.eventIds)}::bigint[], ${texts(p.subscribers)}::text[]) as due(event_id, subscriber)`,
})

export type EventLog = { publish<P>(tx: TenantTx, type: EventType<P>, payload: P): Promise<void> }

/** Who listens is only known once all modules are composed, so the table of subscribers is filled then. */
export function makeEventLog(): EventLog & { connect(subscribers: readonly Subscriber[]): void } {
  const listeners = new Map<string, string[]>()
  return {
    connect(subscribers) {
      for (const { event, name } of subscribers) listeners.set(event, [...(listeners.get(event) ?? []), name])
    },
    async publish(tx, type, payload) {
      const { tenantId } = tx
      const row = await tx.row(insertEvent, { tenantId, name: type.name, payload: JSON.stringify(payload) })
      const subscribers = listeners.get(type.name) ?? []
      if (subscribers.length === 0) return
      await tx.run(insertWork, { tenantId, eventIds: subscribers.map(() => row!.id), subscribers })
    },
  }
}
