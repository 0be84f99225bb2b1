/**
 * Who may change whom. Nobody grants or touches a role above their own, so nobody raises themselves; nobody suspends themselves; and
 * a tenant keeps an active owner.
 */
import { atLeast, type TenantRole } from '#kernel/context/index.ts'

/** Who asks. `personId` is null for a key or a command. */
export type Acting = { readonly personId: string | null; readonly role: TenantRole }
export type Standing = { readonly role: TenantRole; readonly status: 'active' | 'suspended' }
export type Verdict = 'allowed' | 'above-own-role' | 'own-suspension' | 'last-owner'

export const mayGrant = (acting: Acting, role: TenantRole): boolean => atLeast(acting.role, role)

const isActiveOwner = ({ role, status }: Standing) => role === 'owner' && status === 'active'

/** `next` is null when the member is to be removed; `otherOwners` counts active owners beside this member. */
export function judgeChange(
  acting: Acting,
  target: Standing & { readonly personId: string },
  next: Standing | null,
  otherOwners: number,
): Verdict {
  if (!mayGrant(acting, target.role) || (next && !mayGrant(acting, next.role))) return 'above-own-role'
  const suspends = target.status === 'active' && next?.status === 'suspended'
  if (suspends && target.personId === acting.personId) return 'own-suspension'
  const losesOwner = isActiveOwner(target) && !(next && isActiveOwner(next))
  return losesOwner && otherOwners === 0 ? 'last-owner' : 'allowed'
}
