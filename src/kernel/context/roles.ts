/**
 * Roles, as data: a permission names the least role that has it, and every role above has it too. Roles of a tenant say what a
 * member may do there; roles of the platform are about the installation and reach into no tenant by themselves.
 */
export const tenantRoles = ['viewer', 'member', 'operator', 'admin', 'owner'] as const
export const platformRoles = ['support', 'platform_admin'] as const
export type TenantRole = (typeof tenantRoles)[number]
export type PlatformRole = (typeof platformRoles)[number]

export type Permission = {
  /** `<module>:<verb>`. */
  readonly name: string
  readonly summary: string
  /** The least role that has it: of a tenant, or of the platform. */
  readonly least: TenantRole | PlatformRole
}

/** Names of the permissions that a role has; a role that is neither a tenant's nor the platform's has none. */
export function permissionsOf(role: TenantRole | PlatformRole, all: readonly Permission[]): string[] {
  const ladder: readonly string[] = (tenantRoles as readonly string[]).includes(role) ? tenantRoles : platformRoles
  const height = ladder.indexOf(role)
  return all
    .filter(({ least }) => {
      const needed = ladder.indexOf(least)
      return needed >= 0 && needed <= height
    })
    .map(({ name }) => name)
}

/** Whether `role` is at least `other`, both of a tenant. */
export const atLeast = (role: TenantRole, other: TenantRole): boolean =>
  tenantRoles.indexOf(role) >= tenantRoles.indexOf(other)
