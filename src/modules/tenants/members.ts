/** Members of the caller's tenant: listed, changed, taken out. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { actingOf, enforce } from './acting.ts'
import type { Deps } from './deps.ts'
import { revokeOpen } from './invitations.ts'
import {
  deleteMember,
  type MemberRow,
  otherOwners,
  pageOfMembers,
  selectMembers,
  updateMember,
} from './member-queries.ts'
import { judgeChange } from './owner-rules.ts'
import { lockTenant } from './queries.ts'
import { type memberChange, type memberList, type memberQuery, type memberReply, staleAfterDays } from './schemas.ts'

export const toMember = ({ stale: _, ...row }: MemberRow): z.output<typeof memberReply> => ({
  person_id: row.personId,
  email: row.email,
  name: row.name,
  role: row.role,
  status: row.status,
  account: row.account,
  source: row.source,
  second_factor: row.secondFactor,
  joined_at: row.joinedAt.toISOString(),
  last_seen_at: row.lastSeenAt?.toISOString() ?? null,
})

export async function listMembers(
  { database }: Deps,
  ctx: Context,
  { cursor, limit = defaultLimit }: z.output<typeof memberQuery>,
): Promise<z.output<typeof memberList>> {
  requirePermission(ctx, 'members:read')
  const [beforeMicros = null, beforeId = null] = cursor?.split('.') ?? []
  const wanted = { staleDays: staleAfterDays, beforeMicros, beforeId, limit: limit + 1 }
  const rows = await database.tenantTx(ctx, (tx) => tx.rows(pageOfMembers, wanted))
  const { page, next } = pageOf(rows, limit, ({ joinedMicros, personId }) => `${joinedMicros}.${personId}`)
  return {
    members: page.map(toMember),
    next_cursor: next,
  }
}

/** Gives another role, suspends, or lets in again. Effective in every process within a second: each request looks the role up. */
export async function changeMember(
  { database }: Deps,
  ctx: Context,
  personId: string,
  change: z.output<typeof memberChange>,
): Promise<z.output<typeof memberReply>> {
  requirePermission(ctx, 'members:write')
  return database.tenantTx(ctx, async (tx) => {
    const before = await judged(tx, ctx, personId, change)
    const { role = null, status = null } = change
    if ((role ?? before.role) === before.role && (status ?? before.status) === before.status) return toMember(before)
    // Groups would give the old role back at the next sign-in; a suspension holds whatever they say, so they rule again after it.
    const source = before.source === 'sso' && (role ?? before.role) !== before.role ? 'hand' : null
    await tx.run(updateMember, { tenantId: tx.tenantId, personId, role, status, source })
    const after = await memberRow(tx, personId)
    await audit(tx, ctx, {
      action: 'tenants.member-changed',
      subject: `person:${personId}`,
      before: shown(before),
      after: shown(after),
    })
    return toMember(after)
  })
}

/** Takes a person out of the tenant, and back what would let them in again. What they made stays the tenant's, their keys too. */
export async function removeMember({ database }: Deps, ctx: Context, personId: string): Promise<void> {
  requirePermission(ctx, 'members:write')
  await database.tenantTx(ctx, async (tx) => {
    const before = await judged(tx, ctx, personId, null)
    await tx.run(deleteMember, { tenantId: tx.tenantId, personId })
    await revokeOpen(tx, ctx, { tenantId: tx.tenantId, id: null, email: before.email })
    await audit(tx, ctx, { action: 'tenants.member-removed', subject: `person:${personId}`, before: shown(before) })
  })
}

/** The member as they are, once the rules on owners allow the change; the tenant is locked, so that two owners cannot demote each other. */
async function judged(tx: TenantTx, ctx: Context, personId: string, change: z.output<typeof memberChange> | null) {
  await tx.row(lockTenant, { id: tx.tenantId })
  const before = await memberRow(tx, personId)
  const next = change && { role: change.role ?? before.role, status: change.status ?? before.status }
  const others = (await tx.row(otherOwners, { personId }))!.count
  enforce(judgeChange(await actingOf(tx, ctx), before, next, others))
  return before
}

async function memberRow(tx: TenantTx, personId: string): Promise<MemberRow> {
  const row = await tx.row(selectMembers, { personId, staleDays: staleAfterDays })
  if (!row) throw new Problem(notFound, 'No member has this id.')
  return row
}

const shown = ({ name, email, role, status }: MemberRow) => ({ name, email, role, status })
