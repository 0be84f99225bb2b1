/** Statements of support access. */
import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

const supportRow = z.object({
  id: z.string(),
  tenantId: z.string(),
  personId: z.string(),
  person: z.string(),
  role: z.enum(['viewer', 'operator', 'admin']),
  reason: z.string(),
  openedAt: z.date(),
  until: z.date(),
  closedAt: z.date().nullable(),
  open: z.boolean(),
})
export type SupportRow = z.output<typeof supportRow>

const columns = sql`
  s.id as "id", s.tenant_id as "tenantId", s.person_id as "personId", p.name as "person", s.role as "role", s.reason as "reason",
  s.opened_at as "openedAt", s.until as "until", s.closed_at as "closedAt",
  s.closed_at is null and s.until > app.now() as "open"`

/** One of the transaction's tenant. */
export const supportById = statement({
  name: 'tenants.support-by-id',
  row: supportRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select ${columns} from support_access s join app.people_of_tenant() p on p.id = s.person_id
    where s.id = ${id}::uuid`,
})

/** A page of those of the transaction's tenant, newest first. */
export const pageOfSupport = statement({
  name: 'tenants.page-of-support',
  row: supportRow,
  sample: { before: null, limit: 1 },
  sql: (p: { before: string | null; limit: number }) => sql`
    select ${columns} from support_access s join app.people_of_tenant() p on p.id = s.person_id
    where ${p.before}::uuid is null or s.id < ${p.before}::uuid
    order by s.id desc limit ${p.limit}::integer`,
})

/** One of a person's own, wherever it is. */
export const supportOfPerson = statement({
  name: 'tenants.support-of-person',
  row: supportRow,
  sample: { id: zeroUuid, personId: zeroUuid },
  sql: (p: { id: string; personId: string }) => sql`
    select ${columns} from support_access s join tenants_v_person p on p.id = s.person_id
    where s.id = ${p.id}::uuid and s.person_id = ${p.personId}::uuid`,
})

/** What ran out closed when it ran out: everywhere, or of one person in one tenant. */
export const closeExpired = statement({
  name: 'tenants.close-expired-support',
  row: supportRow,
  sample: { tenantId: null, personId: null },
  sql: (p: { tenantId: string | null; personId: string | null }) => sql`
    update support_access s set closed_at = s.until from tenants_v_person p
    where p.id = s.person_id and s.closed_at is null and s.until <= app.now()
      and s.tenant_id = coalesce(${p.tenantId}::uuid, s.tenant_id) and s.person_id = coalesce(${p.personId}::uuid, s.person_id)
    returning ${columns}`,
})

/** No row written: the person has one open there. */
export const insertSupport = statement({
  name: 'tenants.insert-support',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, personId: zeroUuid, role: 'viewer', reason: 'reason', minutes: 1 },
  sql: (p: { tenantId: string; id: string; personId: string; role: string; reason: string; minutes: number }) => sql`
    insert into support_access (tenant_id, id, person_id, role, reason, until)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.personId}::uuid, ${p.role}::text, ${p.reason}::text,
      app.now() + ${p.minutes}::integer * interval '1 minute')
    on conflict (tenant_id, person_id) where closed_at is null do nothing`,
})

/** One, or all of a tenant. */
export const closeSupport = statement({
  name: 'tenants.close-support',
  row: supportRow,
  sample: { tenantId: zeroUuid, id: null },
  sql: (p: { tenantId: string; id: string | null }) => sql`
    update support_access s set closed_at = least(app.now(), s.until) from tenants_v_person p
    where p.id = s.person_id and s.tenant_id = ${p.tenantId}::uuid and (${p.id}::uuid is null or s.id = ${p.id}::uuid)
      and s.closed_at is null
    returning ${columns}`,
})
