/** Statements of tenants themselves. */
import { z } from 'zod'
import { noRow, sql, statement, texts } from '#kernel/sql/index.ts'

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const status = z.enum(['ready', 'suspended', 'removed'])
const plan = z.enum(['core', 'pro', 'enterprise'])

const tenantRow = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  timeZone: z.string(),
  status,
  plan,
  modules: z.array(z.string()),
  createdAt: z.date(),
})
export type TenantRow = z.output<typeof tenantRow>

const columns = sql`
  t.id as "id", t.slug as "slug", t.name as "name", t.time_zone as "timeZone", t.status as "status", t.plan as "plan",
  t.modules as "modules", t.created_at as "createdAt"`

/** Under row-level security a tenant sees exactly its own row. */
export const ownTenant = statement({
  name: 'tenants.own',
  row: tenantRow,
  sample: undefined,
  sql: () => sql`select ${columns} from tenant t`,
})

export const tenantBySlug = statement({
  name: 'tenants.by-slug',
  row: tenantRow,
  sample: { slug: '' },
  sql: ({ slug }: { slug: string }) => sql`select ${columns} from tenant t where t.slug = ${slug}::text`,
})

/** Locked, so that two changes of one tenant follow each other; those who only point at it do not wait. */
export const lockTenant = statement({
  name: 'tenants.lock',
  row: tenantRow,
  sample: { id: zeroUuid },
  sql: ({ id }: { id: string }) => sql`
    select ${columns} from tenant t where t.id = ${id}::uuid for no key update`,
})

export const allTenants = statement({
  name: 'tenants.all',
  row: tenantRow,
  sample: { suspended: true },
  sql: ({ suspended }: { suspended: boolean }) => sql`
    select ${columns} from tenant t
    where t.status = 'ready' or (${suspended}::boolean and t.status = 'suspended') order by t.created_at, t.id`,
})

export const insertTenant = statement({
  name: 'tenants.insert',
  row: noRow,
  sample: { id: zeroUuid, slug: 'a', name: 'A', timeZone: 'UTC', plan: 'core', modules: ['delivery'] },
  sql: (p: {
    id: string
    slug: string
    name: string
    timeZone: string
    plan: string
    modules: readonly string[]
  }) => sql`
    insert into tenant (id, slug, name, time_zone, plan, modules)
    values (${p.id}::uuid, ${p.slug}::text, ${p.name}::text, ${p.timeZone}::text, ${p.plan}::text, ${texts(p.modules)}::text[])
    on conflict (slug) do nothing`,
})

export const slugsLike = statement({
  name: 'tenants.slugs-like',
  row: z.object({ slug: z.string() }),
  sample: { slug: 'a' },
  sql: ({ slug }: { slug: string }) => sql`
    select t.slug as "slug" from tenant t where t.slug = ${slug}::text or starts_with(t.slug, ${`${slug}-`}::text)`,
})

/** What is null stays. */
export const updateTenant = statement({
  name: 'tenants.update',
  row: noRow,
  sample: { id: zeroUuid, name: null, timeZone: null, status: null, plan: null, modules: null },
  sql: (p: {
    id: string
    name: string | null
    timeZone: string | null
    status: string | null
    plan: string | null
    modules: readonly string[] | null
  }) => sql`
    update tenant set name = coalesce(${p.name}::text, name), time_zone = coalesce(${p.timeZone}::text, time_zone),
      plan = coalesce(${p.plan}::text, plan), modules = coalesce(${p.modules && texts(p.modules)}::text[], modules),
      status_changed_at = case when ${p.status}::text <> status then app.now() else status_changed_at end,
      status = coalesce(${p.status}::text, status)
    where id = ${p.id}::uuid`,
})

/** A page of all tenants, newest id first. */
export const pageOfTenants = statement({
  name: 'tenants.page',
  row: tenantRow.extend({
    statusChangedAt: z.date().nullable(),
    members: z.number(),
    owners: z.number(),
    pendingInvitations: z.number(),
    lastSeenAt: z.date().nullable(),
  }),
  sample: { status: null, q: null, before: null, limit: 1, id: null },
  sql: (p: { status: string | null; q: string | null; before: string | null; limit: number; id: string | null }) => sql`
    select ${columns}, t.status_changed_at as "statusChangedAt",
      (select count(*) from member m where m.tenant_id = t.id) as "members",
      (select count(*) from member m where m.tenant_id = t.id and m.role = 'owner' and m.status = 'active') as "owners",
      (select count(*) from invitation i where i.tenant_id = t.id and i.accepted_at is null and i.revoked_at is null
        and i.expires_at > app.now()) as "pendingInvitations",
      (select max(m.last_seen_at) from member m where m.tenant_id = t.id) as "lastSeenAt"
    from tenant t
    where (${p.id}::uuid is null or t.id = ${p.id}::uuid) and (${p.status}::text is null or t.status = ${p.status}::text)
      and (${p.q}::text is null or strpos(lower(t.name), lower(${p.q}::text)) > 0 or strpos(t.slug, lower(${p.q}::text)) > 0)
      and (${p.before}::uuid is null or t.id < ${p.before}::uuid)
    order by t.id desc limit ${p.limit}::integer`,
})

/** Whether PostgreSQL knows a time zone by this name: what metrics reckon with. */
export const knownZone = statement({
  name: 'tenants.known-zone',
  row: z.object({ known: z.boolean() }),
  sample: { name: 'UTC' },
  sql: ({ name }: { name: string }) => sql`
    select exists (select from pg_timezone_names z where z.name = ${name}::text) as "known"`,
})
