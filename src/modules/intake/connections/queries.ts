import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(0)

export const listConnections = statement({
  name: 'intake.list-connections',
  row: z.object({
    id: z.string(),
    source: z.enum(['github', 'jira']),
    name: z.string(),
    createdAt: z.date(),
    disabledAt: z.date().nullable(),
    previousValidUntil: z.date().nullable(),
  }),
  sample: { id: null },
  sql: ({ id }: { id: string | null }) => sql`
    select c.id as "id", c.source as "source", c.name as "name", c.created_at as "createdAt", c.disabled_at as "disabledAt",
      c.previous_valid_until as "previousValidUntil"
    from connection c where ${id}::uuid is null or c.id = ${id}::uuid order by c.created_at, c.id`,
})

export const insertConnection = statement({
  name: 'intake.insert-connection',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, source: 'github', name: '', secret: none },
  sql: (p: { tenantId: string; id: string; source: string; name: string; secret: Buffer }) => sql`
    insert into connection (tenant_id, id, source, name, secret)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.source}::text, ${p.name}::text, ${p.secret}::bytea)`,
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
