/** Statements of registrations: somebody asks for a tenant. */
import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const none = Buffer.alloc(0)

const registrationRow = z.object({
  id: z.string(),
  email: z.string(),
  /** Of the person, once confirmed. */
  name: z.string(),
  organisation: z.string(),
  status: z.enum(['unconfirmed', 'requested', 'approved', 'rejected']),
  personId: z.string().nullable(),
  requestedAt: z.date().nullable(),
  decidedAt: z.date().nullable(),
  decidedBy: z.string().nullable(),
  reason: z.string().nullable(),
  tenantId: z.string().nullable(),
  expired: z.boolean(),
})
export type RegistrationRow = z.output<typeof registrationRow>

const selected = sql`
  select r.id as "id", r.email as "email", coalesce(p.name, '') as "name", r.organisation as "organisation", r.status as "status",
    r.person_id as "personId", r.requested_at as "requestedAt", r.decided_at as "decidedAt", r.decided_by as "decidedBy",
    r.reason as "reason", r.tenant_id as "tenantId", r.expires_at <= app.now() as "expired"
  from registration r left join tenants_v_person p on p.id = r.person_id`

/** Requests for one address wait for each other, so that each counts those before it. */
export const lockAddress = statement({
  name: 'tenants.lock-address',
  row: noRow,
  sample: { email: '' },
  sql: ({ email }: { email: string }) => sql`
    select pg_advisory_xact_lock(hashtextextended(${email}::text, 7324))`,
})

/** How many of one address were begun within the hour, the new one included. */
export const insertRegistration = statement({
  name: 'tenants.insert-registration',
  row: z.object({ recent: z.number() }),
  sample: { id: zeroUuid, email: 'a@b.c', organisation: 'A', hash: none, hours: 24 },
  sql: (p: { id: string; email: string; organisation: string; hash: Buffer; hours: number }) => sql`
    with made as (
      insert into registration (id, email, organisation, token_hash, expires_at)
      values (${p.id}::uuid, ${p.email}::text, ${p.organisation}::text, ${p.hash}::bytea, app.now() + ${p.hours}::integer * interval '1 hour')
    )
    select count(*) + 1 as "recent" from registration r
    where r.email = ${p.email}::text and r.created_at > app.now() - interval '1 hour'`,
})

export const registrationByToken = statement({
  name: 'tenants.registration-by-token',
  row: registrationRow,
  sample: { hash: none },
  sql: ({ hash }: { hash: Buffer }) => sql`${selected} where r.token_hash = ${hash}::bytea for no key update of r`,
})

export const lockRegistration = statement({
  name: 'tenants.lock-registration',
  row: registrationRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) =>
    sql`${selected} where r.id = ${id}::uuid and r.status <> 'unconfirmed' for no key update of r`,
})

export const pageOfRegistrations = statement({
  name: 'tenants.registrations',
  row: registrationRow,
  sample: { status: null, before: null, limit: 1 },
  sql: (p: { status: string | null; before: string | null; limit: number }) => sql`
    ${selected}
    where r.status <> 'unconfirmed' and (${p.status}::text is null or r.status = ${p.status}::text)
      and (${p.before}::uuid is null or r.id < ${p.before}::uuid)
    order by r.id desc limit ${p.limit}::integer`,
})

export const confirmRegistration = statement({
  name: 'tenants.confirm-registration',
  row: noRow,
  sample: { id: zeroUuid, personId: zeroUuid },
  sql: (p: { id: string; personId: string }) => sql`
    update registration set status = 'requested', person_id = ${p.personId}::uuid, requested_at = app.now()
    where id = ${p.id}::uuid and status = 'unconfirmed'`,
})

export const decideRegistration = statement({
  name: 'tenants.decide-registration',
  row: noRow,
  sample: { id: zeroUuid, status: 'approved', by: '', reason: null, tenantId: null },
  sql: (p: { id: string; status: string; by: string; reason: string | null; tenantId: string | null }) => sql`
    update registration set status = ${p.status}::text, decided_at = app.now(), decided_by = ${p.by}::text,
      reason = ${p.reason}::text, tenant_id = ${p.tenantId}::uuid
    where id = ${p.id}::uuid and status = 'requested'`,
})

/** What nobody confirmed is nobody's business a week later. */
export const purgeUnconfirmed = statement({
  name: 'tenants.purge-unconfirmed',
  row: noRow,
  sample: undefined,
  sql: () => sql`
    delete from registration where status = 'unconfirmed' and created_at < app.now() - interval '7 days'`,
})
