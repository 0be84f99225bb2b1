import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defineModule } from '#kernel/module.ts'
import { ownTenant, tenantBySlug } from './queries.ts'

export type Tenant = { readonly id: string; readonly slug: string; readonly name: string; readonly timeZone: string }
export type TenantsPort = {
  /** The caller's tenant. */
  own(ctx: Context): Promise<Tenant>
  /** For commands that name a tenant; throws `not-found`. */
  bySlug(slug: string): Promise<Tenant>
}

export const tenants = defineModule({
  name: 'tenants',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [{ name: 'settings:write', summary: 'Change the settings of the tenant', least: 'admin' }],
  start: ({ database }: { database: Database }) => {
    const port: TenantsPort = {
      async own(ctx) {
        const tenant = await database.tenantTx(ctx, (tx) => tx.row(ownTenant, undefined))
        if (!tenant) throw new Problem(notFound, 'The tenant does not exist.')
        return tenant
      },
      async bySlug(slug) {
        const tenant = await database.platformTx('tenant by slug', (tx) => tx.row(tenantBySlug, { slug }))
        if (!tenant) throw new Problem(notFound, `No tenant is called "${slug}".`)
        return tenant
      },
    }
    return { port }
  },
})
