import { z } from 'zod'
import { platformRoles, tenantRoles } from '#kernel/context/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const nothing = Buffer.alloc(0)
const platformRole = z.enum(platformRoles).nullable()
/** Where a browser was sent: to sign in, or (`repositories`) to let somebody who is signed in act at GitHub. */
const provider = z.enum(['oidc', 'github', 'repositories'])
export type Provider = z.output<typeof provider>

export const insertFlow = statement({
  name: 'sso.insert-flow',
  row: noRow,
  sample: { hash: nothing, provider: 'oidc', sealed: nothing, returnTo: '', seconds: 1 },
  sql: (p: { hash: Buffer; provider: Provider; sealed: Buffer; returnTo: string; seconds: number }) => sql`
    insert into sso_flow (hash, provider, sealed, return_to, expires_at)
    values (${p.hash}::bytea, ${p.provider}::text, ${p.sealed}::bytea, ${p.returnTo}::text, app.now() + ${p.seconds}::int * interval '1 second')`,
})

/** Spends a flow; of many callbacks with one cookie exactly one gets it. */
export const takeFlow = statement({
  name: 'sso.take-flow',
  row: z.object({ provider, sealed: z.instanceof(Buffer), returnTo: z.string(), alive: z.boolean() }),
  sample: { hash: nothing },
  sql: ({ hash }: { hash: Buffer }) => sql`
    delete from sso_flow f where f.hash = ${hash}::bytea
    returning f.provider as "provider", f.sealed as "sealed", f.return_to as "returnTo", f.expires_at > app.now() as "alive"`,
})

/** Those that nobody came back for. A few at a time: every new one clears away older ones. */
export const deleteStaleFlows = statement({
  name: 'sso.delete-stale-flows',
  row: noRow,
  sample: undefined,
  sql: () => sql`
    delete from sso_flow f where f.hash in (
      select s.hash from sso_flow s where s.expires_at <= app.now() order by s.expires_at limit 100 for update skip locked)`,
})

/** Two first sign-ins of one identity wait for each other. */
export const lockIdentity = statement({
  name: 'sso.lock-identity',
  row: noRow,
  sample: { issuer: '', subject: '' },
  sql: ({ issuer, subject }: { issuer: string; subject: string }) => sql`
    select pg_advisory_xact_lock(hashtextextended(${issuer}::text || ' ' || ${subject}::text, 7320))`,
})

const identityRow = z.object({ personId: z.string(), platformRole, ownPlatformRole: platformRole })
export type Identity = z.output<typeof identityRow>

/** Finds an identity and notes its use and what the provider says its address is. */
export const useIdentity = statement({
  name: 'sso.use-identity',
  row: identityRow,
  sample: { issuer: '', subject: '', email: null },
  sql: (p: { issuer: string; subject: string; email: string | null }) => sql`
    update person_identity i set last_used_at = app.now(), email = coalesce(${p.email}::text, i.email)
    where i.issuer = ${p.issuer}::text and i.subject = ${p.subject}::text
    returning i.person_id as "personId", i.platform_role as "platformRole", i.own_platform_role as "ownPlatformRole"`,
})

/** Writes nothing when the person has an identity of this issuer already. */
export const insertIdentity = statement({
  name: 'sso.insert-identity',
  row: noRow,
  sample: { issuer: '', subject: '', personId: zeroUuid, email: null },
  sql: (p: { issuer: string; subject: string; personId: string; email: string | null }) => sql`
    insert into person_identity (issuer, subject, person_id, email)
    values (${p.issuer}::text, ${p.subject}::text, ${p.personId}::uuid, ${p.email}::text)
    on conflict (person_id, issuer) do nothing`,
})

/** Of any issuer. */
export const hasIdentity = statement({
  name: 'sso.has-identity',
  row: z.object({ found: z.boolean() }),
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    select exists (select from person_identity i where i.person_id = ${personId}::uuid) as "found"`,
})

export const noteGivenRole = statement({
  name: 'sso.note-given-role',
  row: noRow,
  sample: { issuer: '', subject: '', given: null, own: null },
  sql: (p: { issuer: string; subject: string; given: string | null; own: string | null }) => sql`
    update person_identity i set platform_role = ${p.given}::text, own_platform_role = ${p.own}::text
    where i.issuer = ${p.issuer}::text and i.subject = ${p.subject}::text`,
})

const mappingRow = z.object({
  id: z.string(),
  group: z.string(),
  note: z.string().nullable(),
  platformRole,
  tenantId: z.string().nullable(),
  tenantName: z.string().nullable(),
  role: z.enum(tenantRoles).nullable(),
  createdAt: z.date(),
})
export type Mapping = z.output<typeof mappingRow>

const selectedMappings = sql`
  select m.id as "id", m.group_value as "group", m.note as "note", m.platform_role as "platformRole", m.tenant_id as "tenantId",
    t.name as "tenantName", m.role as "role", m.created_at as "createdAt"
  from oidc_mapping m left join tenant t on t.id = m.tenant_id`

export const mappingById = statement({
  name: 'sso.mapping-by-id',
  row: mappingRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`${selectedMappings} where m.id = ${id}::uuid`,
})

/** A page of them, newest first. */
export const pageOfMappings = statement({
  name: 'sso.page-of-mappings',
  row: mappingRow,
  sample: { before: null, limit: 1 },
  sql: (p: { before: string | null; limit: number }) => sql`
    ${selectedMappings}
    where ${p.before}::uuid is null or m.id < ${p.before}::uuid
    order by m.id desc limit ${p.limit}::integer`,
})

export const countMappings = statement({
  name: 'sso.count-mappings',
  row: z.object({ all: z.number(), administrators: z.number() }),
  sample: undefined,
  sql: () => sql`
    select count(*) as "all", count(*) filter (where m.platform_role = 'platform_admin') as "administrators" from oidc_mapping m`,
})

/** The mapping of a group to one target, whoever wrote it first. */
export const mappingOf = statement({
  name: 'sso.mapping-of',
  row: z.object({ id: z.string(), platformRole, role: z.enum(tenantRoles).nullable() }),
  sample: { group: '', tenantId: null },
  sql: ({ group, tenantId }: { group: string; tenantId: string | null }) => sql`
    select m.id as "id", m.platform_role as "platformRole", m.role as "role"
    from oidc_mapping m where m.group_value = ${group}::text and m.tenant_id is not distinct from ${tenantId}::uuid`,
})

type NewRow = {
  id: string
  group: string
  note: string | null
  platformRole: string | null
  tenantId: string | null
  role: string | null
}
export const insertMapping = statement({
  name: 'sso.insert-mapping',
  row: noRow,
  sample: { id: zeroUuid, group: '', note: null, platformRole: null, tenantId: null, role: null },
  sql: (p: NewRow) => sql`
    insert into oidc_mapping (id, group_value, note, platform_role, tenant_id, role)
    values (${p.id}::uuid, ${p.group}::text, ${p.note}::text, ${p.platformRole}::text, ${p.tenantId}::uuid, ${p.role}::text)
    on conflict (group_value, tenant_id) do nothing`,
})

export const deleteMapping = statement({
  name: 'sso.delete-mapping',
  row: noRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`delete from oidc_mapping m where m.id = ${id}::uuid`,
})

export const tenantExists = statement({
  name: 'sso.tenant-exists',
  row: z.object({ found: z.boolean() }),
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select exists (select from tenant t where t.id = ${id}::uuid and t.status <> 'removed') as "found"`,
})

/** Roles that the groups of a person give. */
export const mappingsOfGroups = statement({
  name: 'sso.mappings-of-groups',
  row: z.object({ platformRole, tenantId: z.string().nullable(), role: z.enum(tenantRoles).nullable() }),
  sample: { groups: [] },
  sql: ({ groups }: { groups: readonly string[] }) => sql`
    select m.platform_role as "platformRole", m.tenant_id as "tenantId", m.role as "role"
    from oidc_mapping m left join tenant t on t.id = m.tenant_id
    where m.group_value = any(${[...groups]}::text[]) and (m.tenant_id is null or t.status <> 'removed')`,
})
