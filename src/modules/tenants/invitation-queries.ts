/** Statements of invitations. */
import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const role = z.enum(['viewer', 'member', 'operator', 'admin', 'owner'])
const none = Buffer.alloc(0)

const invitationRow = z.object({
  id: z.string(),
  tenantId: z.string(),
  email: z.string(),
  role,
  state: z.enum(['pending', 'expired', 'accepted', 'revoked']),
  invitedBy: z.string(),
  createdAt: z.date(),
  sentAt: z.date(),
  expiresAt: z.date(),
  acceptedAt: z.date().nullable(),
})
export type InvitationRow = z.output<typeof invitationRow>

/** Never the token's hash: nobody needs it. */
const columns = sql`
  i.id as "id", i.tenant_id as "tenantId", i.email as "email", i.role as "role", i.invited_by as "invitedBy", i.created_at as "createdAt",
  i.sent_at as "sentAt", i.expires_at as "expiresAt", i.accepted_at as "acceptedAt",
  case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
    when i.expires_at <= app.now() then 'expired' else 'pending' end as "state"`

/** One of the transaction's tenant. */
export const invitationById = statement({
  name: 'tenants.invitation-by-id',
  row: invitationRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`select ${columns} from invitation i where i.id = ${id}::uuid`,
})

/** A page of those of the transaction's tenant, newest first. */
export const pageOfInvitations = statement({
  name: 'tenants.page-of-invitations',
  row: invitationRow,
  sample: { open: false, before: null, limit: 1 },
  sql: (p: { open: boolean; before: string | null; limit: number }) => sql`
    select ${columns} from invitation i
    where (not ${p.open}::boolean or (i.accepted_at is null and i.revoked_at is null))
      and (${p.before}::uuid is null or i.id < ${p.before}::uuid)
    order by i.id desc limit ${p.limit}::integer`,
})

/** By the token in a mail; locked, so that of two who use it one finds it used. */
export const invitationByToken = statement({
  name: 'tenants.invitation-by-token',
  row: invitationRow.extend({ tenant: z.string(), tenantStatus: z.string() }),
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`
    select ${columns}, t.name as "tenant", t.status as "tenantStatus" from invitation i join tenant t on t.id = i.tenant_id
    where i.token_hash = ${hash}::bytea for no key update of i`,
})

export const isInvited = statement({
  name: 'tenants.is-invited',
  row: z.object({ invited: z.boolean() }),
  sample: { email: '' },
  sql: ({ email }: { email: string }) => sql`
    select exists (select from invitation i join tenant t on t.id = i.tenant_id and t.status = 'ready'
      where i.email = ${email}::text and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.now()) as "invited"`,
})

/** An open one for the same address that has expired gives way. */
export const clearExpired = statement({
  name: 'tenants.clear-expired-invitation',
  row: noRow,
  sample: { tenantId: zeroUuid, email: '' },
  sql: (p: { tenantId: string; email: string }) => sql`
    update invitation set revoked_at = app.now()
    where tenant_id = ${p.tenantId}::uuid and email = ${p.email}::text and accepted_at is null and revoked_at is null
      and expires_at <= app.now()`,
})

/** No row written: the address has an open one. */
export const insertInvitation = statement({
  name: 'tenants.insert-invitation',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, email: 'a@b.c', role: 'viewer', hash: none, by: '', days: 7 },
  sql: (p: {
    tenantId: string
    id: string
    email: string
    role: string
    hash: Buffer
    by: string
    days: number
  }) => sql`
    insert into invitation (tenant_id, id, email, role, token_hash, invited_by, expires_at)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.email}::text, ${p.role}::text, ${p.hash}::bytea, ${p.by}::text,
      app.now() + ${p.days}::integer * interval '1 day')
    on conflict (tenant_id, email) where accepted_at is null and revoked_at is null do nothing`,
})

/** The token before is worth nothing from now on. */
export const renewInvitation = statement({
  name: 'tenants.renew-invitation',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, hash: none, days: 7 },
  sql: (p: { tenantId: string; id: string; hash: Buffer; days: number }) => sql`
    update invitation set token_hash = ${p.hash}::bytea, sent_at = app.now(), expires_at = app.now() + ${p.days}::integer * interval '1 day'
    where tenant_id = ${p.tenantId}::uuid and id = ${p.id}::uuid and accepted_at is null and revoked_at is null`,
})

/** Open ones of a tenant: one, those to one address, or all. */
export const revokeInvitation = statement({
  name: 'tenants.revoke-invitation',
  row: invitationRow,
  sample: { tenantId: zeroUuid, id: null, email: null },
  sql: (p: { tenantId: string; id: string | null; email: string | null }) => sql`
    update invitation i set revoked_at = app.now()
    where i.tenant_id = ${p.tenantId}::uuid and (${p.id}::uuid is null or i.id = ${p.id}::uuid)
      and (${p.email}::text is null or i.email = ${p.email}::text)
      and i.accepted_at is null and i.revoked_at is null
    returning ${columns}`,
})

export const acceptInvitation = statement({
  name: 'tenants.accept-invitation',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, personId: zeroUuid },
  sql: (p: { tenantId: string; id: string; personId: string }) => sql`
    update invitation set accepted_at = app.now(), accepted_by = ${p.personId}::uuid
    where tenant_id = ${p.tenantId}::uuid and id = ${p.id}::uuid`,
})
