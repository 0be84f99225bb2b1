/** Statements of the access review and of the platform's list of people. */
import { z } from 'zod'
import { noRow, sql, statement } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'

export const keysInUse = statement({
  name: 'tenants.keys-in-use',
  row: z.object({
    active: z.number(),
    neverUsed: z.number(),
    unused: z.number(),
    lastUsedAt: z.date().nullable(),
  }),
  sample: { staleDays: 90 },
  sql: ({ staleDays }: { staleDays: number }) => sql`
    select count(*) as "active", count(*) filter (where k.last_used_at is null) as "neverUsed",
      count(*) filter (where k.last_used_at < app.now() - ${staleDays}::integer * interval '1 day') as "unused",
      max(k.last_used_at) as "lastUsedAt"
    from tenants_v_key k`,
})

export const openThings = statement({
  name: 'tenants.open-things',
  row: z.object({ invitations: z.number(), supportAccesses: z.number() }),
  sample: undefined,
  sql: () => sql`
    select
      (select count(*) from invitation i where i.accepted_at is null and i.revoked_at is null and i.expires_at > app.now()) as "invitations",
      (select count(*) from support_access s where s.closed_at is null and s.until > app.now()) as "supportAccesses"`,
})

const reviewRow = z.object({ at: z.date(), by: z.string(), note: z.string().nullable() })

export const lastReview = statement({
  name: 'tenants.last-review',
  row: reviewRow,
  sample: undefined,
  sql: () => sql`
    select r.completed_at as "at", r.completed_by as "by", r.note as "note" from access_review r
    order by r.completed_at desc limit 1`,
})

export const insertReview = statement({
  name: 'tenants.insert-review',
  row: noRow,
  sample: { tenantId: zeroUuid, id: zeroUuid, by: '', note: null, counts: '{}' },
  sql: (p: { tenantId: string; id: string; by: string; note: string | null; counts: string }) => sql`
    insert into access_review (tenant_id, id, completed_by, note, counts)
    values (${p.tenantId}::uuid, ${p.id}::uuid, ${p.by}::text, ${p.note}::text, ${p.counts}::jsonb)`,
})

/** A page of people, newest first, each with where they belong. */
export const pageOfPeople = statement({
  name: 'tenants.page-of-people',
  row: z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    status: z.enum(['active', 'disabled']),
    platformRole: z.enum(['support', 'platform_admin']).nullable(),
    createdAt: z.date(),
    lastSeenAt: z.date().nullable(),
    tenants: z.array(
      z.object({
        id: z.string(),
        slug: z.string(),
        name: z.string(),
        role: z.enum(['viewer', 'member', 'operator', 'admin', 'owner']),
        status: z.enum(['active', 'suspended']),
      }),
    ),
  }),
  sample: { id: null, q: null, status: null, platformRole: null, before: null, limit: 1 },
  sql: (p: {
    id: string | null
    q: string | null
    status: string | null
    platformRole: string | null
    before: string | null
    limit: number
  }) => sql`
    select p.id as "id", p.email as "email", p.name as "name", p.status as "status", p.platform_role as "platformRole",
      p.created_at as "createdAt", p.last_seen_at as "lastSeenAt",
      coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'slug', t.slug, 'name', t.name, 'role', m.role, 'status', m.status) order by t.name)
        from member m join tenant t on t.id = m.tenant_id where m.person_id = p.id), '[]') as "tenants"
    from tenants_v_person p
    where (${p.id}::uuid is null or p.id = ${p.id}::uuid)
      and (${p.q}::text is null or strpos(lower(p.name), lower(${p.q}::text)) > 0 or strpos(p.email, lower(${p.q}::text)) > 0)
      and (${p.status}::text is null or p.status = ${p.status}::text)
      and (${p.platformRole}::text is null or p.platform_role = ${p.platformRole}::text)
      and (${p.before}::uuid is null or p.id < ${p.before}::uuid)
    order by p.id desc limit ${p.limit}::integer`,
})

/** Not the very first: that one is whoever set the instance up. */
export const newPlatformAdmins = statement({
  name: 'tenants.new-platform-admins',
  row: z.object({ subject: z.string(), name: z.string(), actor: z.string(), at: z.date() }),
  sample: { hours: 24 },
  sql: ({ hours }: { hours: number }) => sql`
    select distinct on (a.subject) a.subject as "subject", p.name as "name", a.actor_name as "actor", a.created_at as "at"
    from tenant t
    join audit_events a on a.tenant_id = t.id and a.action in ('people.person-changed', 'people.administrator-made')
      and a.created_at > app.now() - ${hours}::integer * interval '1 hour'
    join tenants_v_person p on p.id::text = split_part(a.subject, ':', 2) and p.platform_role = 'platform_admin'
    where (a.action = 'people.person-changed' and a.delta #>> '{after,platformRole}' = 'platform_admin'
          and a.delta #>> '{before,platformRole}' is distinct from 'platform_admin')
        or (a.action = 'people.administrator-made' and exists (select from tenants_v_person o
          where o.platform_role = 'platform_admin' and o.created_at < p.created_at))
    order by a.subject, a.created_at desc`,
})
