import { z } from 'zod'
import { sql, statement } from '#kernel/sql/index.ts'

const tenantRow = z.object({ id: z.string(), slug: z.string(), name: z.string(), timeZone: z.string() })

/** Under row-level security a tenant sees exactly its own row. */
export const ownTenant = statement({
  name: 'tenants.own',
  row: tenantRow,
  sample: undefined,
  sql: () => sql`
    select t.id as "id", t.slug as "slug", t.name as "name", t.time_zone as "timeZone" from tenant t`,
})

export const tenantBySlug = statement({
  name: 'tenants.by-slug',
  row: tenantRow,
  sample: { slug: '' },
  sql: ({ slug }: { slug: string }) => sql`
    select t.id as "id", t.slug as "slug", t.name as "name", t.time_zone as "timeZone" from tenant t
    where t.slug = ${slug}::text`,
})
