/** Statements of members. */
import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const role = z.enum(['viewer', 'member', 'operator', 'admin', 'owner'])

const memberRow = z.object({
  personId: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  status: z.enum(['active', 'suspended']),
  account: z.enum(['active', 'disabled']),
  source: z.enum(['first', 'registration', 'invitation', 'sso', 'hand', 'command']),
  secondFactor: z.boolean(),
  joinedAt: z.date(),
  lastSeenAt: z.date().nullable(),
  /** Not seen for as many days as make a member stale. */
  stale: z.boolean(),
})
export type MemberRow = z.output<typeof memberRow>

const columns = (staleDays: number) => sql`
  m.person_id as "personId", p.email as "email", p.name as "name", m.role as "role", m.status as "status",
  p.status as "account", m.source as "source", f.person_id is not null as "secondFactor", m.joined_at as "joinedAt",
  m.last_seen_at as "lastSeenAt",
  coalesce(m.last_seen_at, m.joined_at) < app.now() - ${staleDays}::integer * interval '1 day' as "stale"`
const members = sql`
  member m join app.people_of_tenant() p on p.id = m.person_id
  left join app.second_factors_of_tenant() f on f.person_id = m.person_id`

/** Of the tenant whose transaction it is: all, or one. */
export const selectMembers = statement({
  name: 'tenants.members',
  row: memberRow,
  sample: { personId: null, staleDays: 90 },
  sql: (p: { personId: string | null; staleDays: number }) => sql`
    select ${columns(p.staleDays)} from ${members}
    where ${p.personId}::uuid is null or m.person_id = ${p.personId}::uuid
    order by p.name, p.email`,
})

/** A page of them, who joined last first. */
export const pageOfMembers = statement({
  name: 'tenants.page-of-members',
  row: memberRow.extend({ joinedMicros: z.number() }),
  sample: { staleDays: 90, beforeMicros: '1', beforeId: zeroUuid, limit: 1 },
  sql: (p: { staleDays: number; beforeMicros: string | null; beforeId: string | null; limit: number }) => sql`
    select ${columns(p.staleDays)}, (extract(epoch from m.joined_at) * 1000000)::bigint as "joinedMicros"
    from ${members}
    where ${p.beforeId}::uuid is null or (m.joined_at, m.person_id) <
      (timestamptz 'epoch' + ${p.beforeMicros}::bigint * interval '1 microsecond', ${p.beforeId}::uuid)
    order by m.joined_at desc, m.person_id desc limit ${p.limit}::integer`,
})

/** Whether a member of the transaction's tenant has this address. */
export const hasMember = statement({
  name: 'tenants.has-member',
  row: z.object({ found: z.boolean() }),
  sample: { email: '' },
  sql: ({ email }: { email: string }) => sql`
    select exists (select from member m join app.people_of_tenant() p on p.id = m.person_id where p.email = ${email}::text) as "found"`,
})

/** How many other active owners with a usable account a tenant has. */
export const otherOwners = statement({
  name: 'tenants.other-owners',
  row: z.object({ count: z.number() }),
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    select count(*) as "count" from member m join app.people_of_tenant() p on p.id = m.person_id
    where m.role = 'owner' and m.status = 'active' and p.status = 'active' and m.person_id <> ${personId}::uuid`,
})

/** The same, as the platform sees it. */
export const otherOwnersOf = statement({
  name: 'tenants.other-owners-of',
  row: z.object({ count: z.number() }),
  sample: { tenantId: zeroUuid, personId: zeroUuid },
  sql: (p: { tenantId: string; personId: string }) => sql`
    select count(*) as "count" from member m join tenants_v_person p on p.id = m.person_id
    where m.tenant_id = ${p.tenantId}::uuid and m.role = 'owner' and m.status = 'active' and p.status = 'active'
      and m.person_id <> ${p.personId}::uuid`,
})

/** In which role somebody acts in the transaction's tenant now, as a member or as support; no row when in none. */
export const actingRole = statement({
  name: 'tenants.acting-role',
  row: z.object({ role }),
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    select x.role as "role" from (
      select m.role, 1 as rank from member m where m.person_id = ${personId}::uuid and m.status = 'active'
      union all
      select s.role, 2 from support_access s
      where s.person_id = ${personId}::uuid and s.closed_at is null and s.until > app.now()
    ) x order by x.rank limit 1`,
})

export const insertMember = statement({
  name: 'tenants.insert-member',
  row: noRow,
  sample: { tenantId: zeroUuid, personId: zeroUuid, role: 'viewer', source: 'command' },
  sql: (p: { tenantId: string; personId: string; role: string; source: string }) => sql`
    insert into member (tenant_id, person_id, role, source)
    values (${p.tenantId}::uuid, ${p.personId}::uuid, ${p.role}::text, ${p.source}::text)
    on conflict (tenant_id, person_id) do nothing`,
})

export const memberOf = statement({
  name: 'tenants.member-of',
  row: z.object({ role, status: z.enum(['active', 'suspended']), source: z.string() }),
  sample: { tenantId: zeroUuid, personId: zeroUuid },
  sql: (p: { tenantId: string; personId: string }) => sql`
    select m.role as "role", m.status as "status", m.source as "source" from member m
    where m.tenant_id = ${p.tenantId}::uuid and m.person_id = ${p.personId}::uuid`,
})

/** What is null stays. */
export const updateMember = statement({
  name: 'tenants.update-member',
  row: noRow,
  sample: { tenantId: zeroUuid, personId: zeroUuid, role: null, status: null, source: null },
  sql: (p: {
    tenantId: string
    personId: string
    role: string | null
    status: string | null
    source: string | null
  }) => sql`
    update member set role = coalesce(${p.role}::text, role), status = coalesce(${p.status}::text, status),
      source = coalesce(${p.source}::text, source)
    where tenant_id = ${p.tenantId}::uuid and person_id = ${p.personId}::uuid`,
})

export const deleteMember = statement({
  name: 'tenants.delete-member',
  row: noRow,
  sample: { tenantId: zeroUuid, personId: zeroUuid },
  sql: (p: { tenantId: string; personId: string }) => sql`
    delete from member where tenant_id = ${p.tenantId}::uuid and person_id = ${p.personId}::uuid`,
})

/** A person's own: memberships by name, then open support accesses where they are no active member. */
export const memberships = statement({
  name: 'tenants.memberships',
  row: z.object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    timeZone: z.string(),
    role,
    status: z.enum(['active', 'suspended', 'removed']),
    support: z.boolean(),
    byGroups: z.boolean(),
    lastSeenAt: z.date().nullable(),
  }),
  sample: { personId: zeroUuid, tenantId: null },
  sql: (p: { personId: string; tenantId: string | null }) => sql`
    select x.id as "id", x.slug as "slug", x.name as "name", x.time_zone as "timeZone", x.role as "role", x.status as "status",
      x.support as "support", x.by_groups as "byGroups", x.last_seen_at as "lastSeenAt"
    from (
      select t.id, t.slug, t.name, t.time_zone, m.role, false as support, m.source = 'sso' as by_groups, m.last_seen_at, m.joined_at,
        case t.status when 'ready' then m.status else t.status end as status
      from member m join tenant t on t.id = m.tenant_id where m.person_id = ${p.personId}::uuid
      union all
      select t.id, t.slug, t.name, t.time_zone, s.role, true, false, null, s.opened_at, case t.status when 'ready' then 'active' else t.status end
      from support_access s join tenant t on t.id = s.tenant_id
      join tenants_v_person p on p.id = s.person_id and p.platform_role is not null
      where s.person_id = ${p.personId}::uuid and s.closed_at is null and s.until > app.now()
        and not exists (select from member m where m.tenant_id = s.tenant_id and m.person_id = s.person_id and m.status = 'active')
    ) x
    where ${p.tenantId}::uuid is null or x.id = ${p.tenantId}::uuid
    order by x.support, lower(x.name), x.id`,
})

/** Where somebody begins who signs in. */
export const homeTenant = statement({
  name: 'tenants.home',
  row: z.object({ id: z.string() }),
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`
    select t.id as "id" from member m join tenant t on t.id = m.tenant_id and t.status = 'ready'
    where m.person_id = ${personId}::uuid and m.status = 'active'
    order by m.last_seen_at desc nulls last, m.joined_at, t.id limit 1`,
})

/** Notes that somebody was here. */
export const touchMember = statement({
  name: 'tenants.touch-member',
  row: noRow,
  sample: { tenantId: zeroUuid, personId: zeroUuid },
  sql: (p: { tenantId: string; personId: string }) => sql`
    update member set last_seen_at = app.now()
    where tenant_id = ${p.tenantId}::uuid and person_id = ${p.personId}::uuid
      and (last_seen_at is null or last_seen_at < app.now() - interval '50 seconds')`,
})

export const touchPerson = statement({
  name: 'tenants.touch-person',
  row: noRow,
  sample: { personId: zeroUuid },
  sql: ({ personId }: { personId: string }) => sql`select app.touch_person(${personId}::uuid)`,
})
