import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const row = z.object({
  id: z.string(),
  tenantId: z.string(),
  target: z.string(),
  reason: z.string(),
  createdAt: z.date(),
  createdBy: z.string(),
})
export type AllowanceRecord = z.output<typeof row>

export const allowances = statement({
  name: 'dial.allowances',
  row,
  sample: { tenantId: null, id: null },
  sql: ({ tenantId, id }: { tenantId: string | null; id: string | null }) => sql`
    select a.id as "id", a.tenant_id as "tenantId", a.target as "target", a.reason as "reason", a.created_at as "createdAt",
      a.created_by as "createdBy"
    from dial_allowance a
    where (${tenantId}::uuid is null or a.tenant_id = ${tenantId}::uuid) and (${id}::uuid is null or a.id = ${id}::uuid)
    order by a.created_at, a.id limit 1000`,
})

export const targetsOf = statement({
  name: 'dial.targets-of',
  row: z.object({ target: z.string() }),
  sample: { tenantId: zeroUuid },
  sql: ({ tenantId }: { tenantId: string }) => sql`
    select a.target as "target" from dial_allowance a where a.tenant_id = ${tenantId}::uuid order by a.target`,
})

/** Nothing where the tenant does not exist, or has the target already. */
export const insertAllowance = statement({
  name: 'dial.insert-allowance',
  row: z.object({ id: z.string() }),
  sample: { tenantId: zeroUuid, id: zeroUuid, target: '', reason: '', by: '' },
  sql: (p: { tenantId: string; id: string; target: string; reason: string; by: string }) => sql`
    insert into dial_allowance (tenant_id, id, target, reason, created_by)
    select t.id, ${p.id}::uuid, ${p.target}::text, ${p.reason}::text, ${p.by}::text from tenant t where t.id = ${p.tenantId}::uuid
    on conflict (tenant_id, target) do nothing
    returning id as "id"`,
})

export const deleteAllowance = statement({
  name: 'dial.delete-allowance',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`delete from dial_allowance a where a.id = ${id}::uuid`,
})
