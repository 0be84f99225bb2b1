/** Invitations: made, sent again, taken back. The token is in the mail and nowhere else; its hash is stored. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission, type TenantRole } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { PlatformTx, TenantTx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { aboveOwnRole, actingOf } from './acting.ts'
import type { Deps } from './deps.ts'
import {
  clearExpired,
  type InvitationRow,
  insertInvitation,
  invitationById,
  pageOfInvitations,
  renewInvitation,
  revokeInvitation,
} from './invitation-queries.ts'
import type { Mails } from './mails.ts'
import { hasMember } from './member-queries.ts'
import { mayGrant } from './owner-rules.ts'
import { alreadyMember, invitationOpen, linkSpent } from './problems.ts'
import { ownTenant } from './queries.ts'
import type { invitationList, invitationQuery, invitationReply, newInvitation } from './schemas.ts'

export const invitationDays = 7
const tokenBytes = 32

const toInvitation = (row: InvitationRow): z.output<typeof invitationReply> => ({
  id: row.id,
  email: row.email,
  role: row.role,
  state: row.state,
  invited_by: row.invitedBy,
  created_at: row.createdAt.toISOString(),
  sent_at: row.sentAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  accepted_at: row.acceptedAt?.toISOString() ?? null,
})

export async function listInvitations(
  { database }: Deps,
  ctx: Context,
  { state, cursor, limit = defaultLimit }: z.output<typeof invitationQuery>,
): Promise<z.output<typeof invitationList>> {
  requirePermission(ctx, 'members:read')
  const wanted = { open: state === 'open', before: cursor ?? null, limit: limit + 1 }
  const rows = await database.tenantTx(ctx, (tx) => tx.rows(pageOfInvitations, wanted))
  const { page, next } = pageOf(rows, limit, ({ id }) => id)
  return { invitations: page.map(toInvitation), next_cursor: next }
}

/** Says the same of an address with an account and one without: what differs is told to the address. */
export async function invite(
  deps: Deps,
  ctx: Context,
  { email, role }: z.output<typeof newInvitation>,
): Promise<z.output<typeof invitationReply>> {
  requirePermission(ctx, 'members:write')
  return deps.database.tenantTx(ctx, async (tx) => {
    if (!mayGrant(await actingOf(tx, ctx), role)) throw aboveOwnRole()
    if ((await tx.row(hasMember, { email }))!.found)
      throw new Problem(alreadyMember, `${email} belongs to this tenant.`)
    const tenant = (await tx.row(ownTenant, undefined))!
    const id = await addInvitation(tx, deps.mails, ctx, { tenant, email, role })
    return toInvitation((await tx.row(invitationById, { id }))!)
  })
}

/** Writes the invitation, its mail and its audit; throws when the address has an open one. */
export async function addInvitation(
  tx: TenantTx | PlatformTx,
  mails: Mails,
  ctx: Context,
  p: { tenant: { id: string; name: string }; email: string; role: TenantRole },
): Promise<string> {
  const { tenant, email, role } = p
  const id = uuidv7()
  const token = randomToken(tokenBytes)
  const by = ctx.actor.name
  await tx.run(clearExpired, { tenantId: tenant.id, email })
  const made = await tx.run(insertInvitation, {
    tenantId: tenant.id,
    id,
    email,
    role,
    hash: sha256(token),
    by,
    days: invitationDays,
  })
  if (made === 0) throw new Problem(invitationOpen, `${email} has an invitation that is still open.`)
  await mails.invitation(tx, {
    tenantId: tenant.id,
    tenant: tenant.name,
    to: email,
    by,
    role,
    token,
    days: invitationDays,
  })
  const inTenant = { ...ctx, tenantId: tenant.id }
  await audit(tx, inTenant, { action: 'tenants.invited', subject: `invitation:${id}`, after: { email, role } })
  return id
}

/** A new token, and the one before is worth nothing. */
export async function resendInvitation(
  deps: Deps,
  ctx: Context,
  id: string,
): Promise<z.output<typeof invitationReply>> {
  requirePermission(ctx, 'members:write')
  return deps.database.tenantTx(ctx, async (tx) => {
    const before = await openInvitation(tx, ctx, id)
    const token = randomToken(tokenBytes)
    const renewed = await tx.run(renewInvitation, {
      tenantId: tx.tenantId,
      id,
      hash: sha256(token),
      days: invitationDays,
    })
    if (renewed === 0) throw new Problem(linkSpent, 'The invitation was accepted or taken back.')
    const tenant = (await tx.row(ownTenant, undefined))!
    const { email, role } = before
    await deps.mails.invitation(tx, {
      tenantId: tenant.id,
      tenant: tenant.name,
      to: email,
      by: ctx.actor.name,
      role,
      token,
      days: invitationDays,
    })
    await audit(tx, ctx, { action: 'tenants.invitation-resent', subject: `invitation:${id}`, after: { email, role } })
    return toInvitation((await tx.row(invitationById, { id }))!)
  })
}

export async function takeBackInvitation({ database }: Deps, ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, 'members:write')
  await database.tenantTx(ctx, async (tx) => {
    await openInvitation(tx, ctx, id)
    await revokeOpen(tx, ctx, { tenantId: tx.tenantId, id, email: null })
  })
}

/** Takes back open ones of a tenant: one, those to one address, or all; each has its own entry there. */
export async function revokeOpen(
  tx: TenantTx | PlatformTx,
  ctx: Context,
  which: { tenantId: string; id: string | null; email: string | null },
): Promise<void> {
  for (const { id, email, role } of await tx.rows(revokeInvitation, which))
    await audit(
      tx,
      { ...ctx, tenantId: which.tenantId },
      { action: 'tenants.invitation-revoked', subject: `invitation:${id}`, before: { email, role } },
    )
}

/** One that the caller could have made: an admin neither renews nor takes back an owner's. */
async function openInvitation(tx: TenantTx, ctx: Context, id: string): Promise<InvitationRow> {
  const row = await tx.row(invitationById, { id })
  if (!row) throw new Problem(notFound, 'No invitation has this id.')
  if (!mayGrant(await actingOf(tx, ctx), row.role)) throw aboveOwnRole()
  return row
}
