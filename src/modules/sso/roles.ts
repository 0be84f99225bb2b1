/** Which roles groups give: pure. */
import { atLeast, type PlatformRole, platformRoles, type TenantRole } from '#kernel/context/index.ts'

export type RoleMapping = {
  readonly platformRole: PlatformRole | null
  readonly tenantId: string | null
  readonly role: TenantRole | null
}
export type GivenRoles = { readonly platform: PlatformRole | null; readonly tenants: ReadonlyMap<string, TenantRole> }

export const higherOf = (a: PlatformRole | null, b: PlatformRole | null): PlatformRole | null =>
  rank(a) >= rank(b) ? a : b
const rank = (role: PlatformRole | null) => (role === null ? -1 : platformRoles.indexOf(role))

/** The highest wins, on the platform and in each tenant. */
export function rolesOf(mappings: readonly RoleMapping[]): GivenRoles {
  let platform: PlatformRole | null = null
  const tenants = new Map<string, TenantRole>()
  for (const { platformRole, tenantId, role } of mappings) {
    platform = higherOf(platform, platformRole)
    if (tenantId === null || role === null) continue
    const known = tenants.get(tenantId)
    if (known === undefined || atLeast(role, known)) tenants.set(tenantId, role)
  }
  return { platform, tenants }
}

/** What groups gave at the last sign-in (`given`, over `own`), and what the person has now. */
export type PlatformState = {
  readonly given: PlatformRole | null
  readonly own: PlatformRole | null
  readonly current: PlatformRole | null
}

/**
 * The platform role after a sign-in. One that somebody gave by hand is kept beneath what groups give, and is back when they no
 * longer do; one that somebody changed by hand since is by hand.
 */
export function nextPlatformRole(state: PlatformState, mapped: PlatformRole | null): PlatformState {
  const fromGroups = state.given !== null && state.given === state.current
  const own = fromGroups ? state.own : state.current
  const current = higherOf(own, mapped)
  return current === own ? { given: null, own: null, current } : { given: mapped, own, current }
}
