/** Roles and what each may do, made from what the modules declare. */
import type { z } from 'zod'
import {
  type Permission,
  type PlatformRole,
  permissionsOf,
  platformRoles,
  type TenantRole,
  tenantRoles,
} from '#kernel/context/index.ts'
import type { roleMatrix } from './schemas.ts'

const summaries: Record<TenantRole | PlatformRole, string> = {
  viewer: 'Sees figures and states, changes nothing',
  member: 'Works with deliveries and incidents',
  operator: 'Runs the day: queues, alerts, schedules',
  admin: 'Manages members, keys, connections and settings',
  owner: 'Everything in the tenant; there is always one',
  support: 'Sees tenants and people of the installation, looks in with a support access',
  platform_admin: 'Manages the installation: tenants, people, its settings',
}
const scopeOf = (role: string): 'tenant' | 'platform' =>
  (tenantRoles as readonly string[]).includes(role) ? 'tenant' : 'platform'

export const rolesOf = (all: readonly Permission[]): z.output<typeof roleMatrix> => ({
  roles: [...tenantRoles, ...platformRoles].map((name) => ({
    name,
    scope: scopeOf(name),
    summary: summaries[name],
    permissions: permissionsOf(name, all).sort(),
  })),
  permissions: all
    .map(({ name, summary, least }) => ({ name, summary, scope: scopeOf(least), least }))
    .sort((a, b) => a.name.localeCompare(b.name)),
})
