/** What other modules may ask of tenants. */
import type { Context, TenantRole } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'

export type Tenant = { readonly id: string; readonly slug: string; readonly name: string; readonly timeZone: string }

export type TenantStatus = 'ready' | 'suspended' | 'removed'

/** How somebody came to belong to a tenant: `sso` is by groups, which rule the role; `hand` is by groups, with a role changed by hand since. */
export type MemberSource = 'first' | 'registration' | 'invitation' | 'sso' | 'hand' | 'command'

/** A tenant that a person can act in: as a member, or for a while as support. */
export type Membership = {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly role: TenantRole
  /** Of the membership, or of the tenant where that is not ready; only `active` can be entered. */
  readonly status: 'active' | 'suspended' | 'removed'
  /** True for an open support access. */
  readonly support: boolean
  /** Groups of the identity provider gave it and may take it. */
  readonly byGroups: boolean
}

/** A membership after an identity provider said what its groups give. */
export type RoleBySso = {
  readonly before: TenantRole | null
  readonly after: TenantRole | null
  /** Whether it is one to sign in with: a role by groups that was only left alone is none. */
  readonly admits: boolean
}

export type TenantsPort = {
  /** The caller's tenant; throws `not-found` for a person without one. */
  own(ctx: Context): Promise<Tenant>
  /** For commands that name a tenant; throws `not-found`. */
  bySlug(slug: string): Promise<Tenant>
  /** Every tenant that is neither removed nor, unless `all`, suspended; oldest first. */
  list(options?: { all?: boolean }): Promise<(Tenant & { status: TenantStatus })[]>
  /** Where a person who signs in begins: the ready tenant they used last, else joined first; null when they belong to none. */
  homeTenant(personId: string): Promise<string | null>
  /** Of one person, by name; support accesses that are open come last. */
  membershipsOf(personId: string): Promise<Membership[]>
  /** Whether an invitation to the address can be accepted. */
  isInvited(email: string): Promise<boolean>
  /** Makes a person a member; one who is a member already stays what they are. Returns whether they were added. Not audited here. */
  addMember(
    tx: PlatformTx,
    input: { tenantId: string; personId: string; role: TenantRole; source: MemberSource },
  ): Promise<boolean>
  /**
   * What an identity provider says about a person's role. Adds and changes members of source `sso`; null takes such a member out.
   * Members who came otherwise keep their role, and the last active owner stays. A suspended member and those of a removed tenant are
   * left as they are, so that whoever comes back is what they were. Audited by the caller.
   */
  setRoleBySso(
    tx: PlatformTx,
    input: { tenantId: string; personId: string; role: TenantRole | null },
  ): Promise<RoleBySso>
  /** Notes that a person was here, to the minute; never fails and is not waited for. */
  touch(who: { personId: string; tenantId: string | null }): void
  /** Whether people may ask for a tenant: `GET /auth/methods` tells. */
  registrationOpen(): Promise<boolean>
}
