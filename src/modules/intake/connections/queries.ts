import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(0)

type NewConnection = {
  readonly tenantId: string
  readonly id: string
  readonly source: string
  readonly eventSource: string | null
  readonly name: string
  readonly secret: Buffer
}

export const listConnections = statement({
  name: 'intake.list-connections',
  row: z.object({
    id: z.string(),
    source: z.enum(['github', 'jira', 'events']),
    eventSource: z.string().nullable(),
    name: z.string(),
    createdAt: z.date(),
    disabledAt: z.date().nullable(),
    previousValidUntil: z.date().nullable(),
  }),
  sample: { id: null },
  sql: ({ id }: { id: string | null }) => sql`
    select c.id as "id", c.source as "source", c.event_source as "eventSource", c.name as "name", c.created_at as "createdAt",
      c.disabled_at as "disabledAt", c.previous_valid_until as "previousValidUntil"
    from connection c where ${id}::uuid is null or c.id = ${id}::uuid order by c.created_at, c.id`,
})

/** Changes no row where an active connection has the event source already. */
export const insertConnection = statement({
  name: 'intake.insert-connection',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, source: 'github', eventSource: null, name: '', secret: none },
  sql: (p: NewConnection) => sql`
    insert into connection (tenant_id, id, source, event_source, name, secret)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.source}::text, ${p.eventSource}::text, ${p.name}::text, ${p.secret}::bytea)
    on conflict (tenant_id, event_source) where disabled_at is null do nothing`,
})

export const rotateConnection = statement({
  name: 'intake.rotate-connection',
  row: noRow,
  sample: { id: zeroUuid, secret: none, hours: 24 },
  sql: (p: { id: string; secret: Buffer; hours: number }) => sql`
    update connection c set previous_secret = c.secret, secret = ${p.secret}::bytea,
      previous_valid_until = app.now() + ${p.hours}::int * interval '1 hour'
    where c.id = ${p.id}::uuid and c.disabled_at is null`,
})

export const disableConnection = statement({
  name: 'intake.disable-connection',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    update connection c set disabled_at = app.now() where c.id = ${id}::uuid and c.disabled_at is null`,
})

/** Two who need the tenant's connection of GitHub wait for each other. */
export const lockGitHubConnection = statement({
  name: 'intake.lock-github-connection',
  row: noRow,
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select pg_advisory_xact_lock(hashtextextended(${tenantId}::text, 7321))`,
})

export const oldestGitHubConnection = statement({
  name: 'intake.oldest-github-connection',
  row: z.object({ id: z.string(), secret: z.instanceof(Buffer) }),
  sample: undefined,
  sql: () => sql`
    select c.id as "id", c.secret as "secret" from connection c
    where c.source = 'github' and c.disabled_at is null order by c.created_at, c.id limit 1`,
})
