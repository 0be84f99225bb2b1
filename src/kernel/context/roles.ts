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
