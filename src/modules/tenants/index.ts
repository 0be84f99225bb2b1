/** Door of the tenants: organisations, who belongs to them in which role, and how people come and go. */
import type { z } from 'zod'
import type { Context } from '#kernel/context/index.ts'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { defineModule } from '#kernel/module.ts'
import { authRoutes } from './auth-routes.ts'
import type { Deps, Needs } from './deps.ts'
import { makeMails } from './mails.ts'
import { makePort, registrationSetting } from './make-port.ts'
import { memberRoutes, reviewRoutes } from './member-routes.ts'
import { newPlatformAdmin } from './new-platform-admin.ts'
import { platformRoutes } from './platform-routes.ts'
import { tenantProblems } from './problems.ts'
import { purgeUnconfirmed } from './registration-queries.ts'
import { newTenant, type platformTenant, type platformTenantChange } from './schemas.ts'
import { endExpiredSupport } from './support-access.ts'
import { changeTenant, createTenant, listAllTenants, removeTenant } from './tenants.ts'

export type { MemberSource, Membership, Tenant, TenantsPort } from './ports.ts'

/** What the command line does with tenants; the use cases behind the platform's routes. */
export type TenantsAdmin = {
  /** `input` as `POST /tenants` takes it; throws `invalid-request`. */
  create(ctx: Context, input: unknown): ReturnType<typeof createTenant>
  /** Every one, removed ones too. */
  listAll(ctx: Context): Promise<z.output<typeof platformTenant>[]>
  change(ctx: Context, id: string, change: z.output<typeof platformTenantChange>): ReturnType<typeof changeTenant>
  remove(ctx: Context, id: string): Promise<void>
}

export const tenants = defineModule({
  name: 'tenants',
  migrations: new URL('./migrations/', import.meta.url),
  permissions: [
    { name: 'settings:write', summary: 'Change the settings of the tenant', least: 'admin' },
    { name: 'tenant:write', summary: 'Change name and time zone of the tenant', least: 'admin' },
    { name: 'members:read', summary: 'See members, invitations and roles', least: 'viewer' },
    { name: 'members:write', summary: 'Invite, change and remove members', least: 'admin' },
    { name: 'members:review', summary: 'Review who has access', least: 'admin' },
    { name: 'support-access:read', summary: 'See who of the platform looked in', least: 'admin' },
    { name: 'support-access:close', summary: 'End a support access', least: 'admin' },
    { name: 'support-access:open', summary: 'Look into a tenant for a while', least: 'support' },
    { name: 'tenants:read', summary: 'See all tenants and who asks for one', least: 'support' },
    { name: 'tenants:write', summary: 'Make, approve, suspend and remove tenants', least: 'platform_admin' },
    { name: 'people:read', summary: 'See all people of the installation', least: 'support' },
    { name: 'people:write', summary: 'Disable people, give and take platform roles', least: 'platform_admin' },
  ],
  settings: [registrationSetting],
  problems: tenantProblems,
  start: (needs: Needs) => {
    const { database, mail, production } = needs
    const port = makePort({ database, openByDefault: mail.deliverable || !production })
    const deps: Deps = { ...needs, port, mails: makeMails(mail) }
    const admin: TenantsAdmin = {
      create: async (ctx, input) => createTenant(deps, ctx, wellFormed(input)),
      listAll: (ctx) => listAllTenants(deps, ctx),
      change: (ctx, id, change) => changeTenant(deps, ctx, id, change),
      remove: (ctx, id) => removeTenant(deps, ctx, id),
    }
    return {
      port: { ...port, ...admin },
      rootRoutes: authRoutes(deps),
      routes(http) {
        memberRoutes(deps)(http)
        reviewRoutes(deps)(http)
        platformRoutes(deps)(http)
      },
      alerts: [newPlatformAdmin],
      schedules: [
        {
          name: 'scheduler:tidy-tenants',
          cron: '25 3 * * *',
          summary: 'Delete requests for a tenant that nobody confirmed within a week',
          async run() {
            const deleted = await database.platformTx('purge registrations', (tx) =>
              tx.run(purgeUnconfirmed, undefined),
            )
            return `${deleted} unconfirmed requests deleted`
          },
        },
        {
          name: 'scheduler:end-support-access',
          cron: '*/5 * * * *',
          summary:
            'Writes down in each tenant which support accesses ran out; they let nobody in from that moment on anyway',
          async run() {
            return `${await endExpiredSupport(database)} support accesses ran out`
          },
        },
      ],
    }
  },
})

function wellFormed(input: unknown): z.output<typeof newTenant> {
  const parsed = newTenant.safeParse(input)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message, code }) => ({
    pointer: ['#', ...path.map(String)].join('/'),
    detail: message,
    code,
  }))
  throw new Problem(invalidRequest, 'The tenant cannot be made like this.', { errors })
}
