/** Who has access to the caller's tenant, looked at as a whole, and that somebody looked. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { csv } from './csv.ts'
import type { Deps } from './deps.ts'
import { type MemberRow, selectMembers } from './member-queries.ts'
import { toMember } from './members.ts'
import { insertReview, keysInUse, lastReview, openThings } from './review-queries.ts'
import { type accessReview, type reviewCompleted, staleAfterDays } from './schemas.ts'

type Review = z.output<typeof accessReview>

export async function reviewAccess({ database }: Deps, ctx: Context): Promise<Review> {
  requirePermission(ctx, 'members:review')
  return database.tenantTx(ctx, review)
}

async function review(tx: TenantTx): Promise<Review> {
  const members = await tx.rows(selectMembers, { personId: null, staleDays: staleAfterDays })
  const open = (await tx.row(openThings, undefined))!
  const keys = (await tx.row(keysInUse, { staleDays: staleAfterDays }))!
  const last = await tx.row(lastReview, undefined)
  return {
    members: members.map((row) => ({ ...toMember(row), stale: row.stale })),
    counts: {
      ...countsOf(members),
      pending_invitations: open.invitations,
      open_support_accesses: open.supportAccesses,
    },
    keys: {
      active: keys.active,
      never_used: keys.neverUsed,
      unused: keys.unused,
      last_used_at: keys.lastUsedAt?.toISOString() ?? null,
    },
    last_completed: last ? { ...last, at: last.at.toISOString() } : null,
  }
}

/** Roles count only of those who can use them: active members whose account is. */
function countsOf(members: readonly MemberRow[]) {
  const active = members.filter(({ status, account }) => status === 'active' && account === 'active')
  const owners = active.filter(({ role }) => role === 'owner').length
  return {
    members: members.length,
    admins: owners + active.filter(({ role }) => role === 'admin').length,
    owners,
    stale: active.filter(({ stale }) => stale).length,
    without_second_factor: active.filter(({ secondFactor }) => !secondFactor).length,
    suspended: members.length - active.length,
  }
}

const columns = [
  'email',
  'name',
  'role',
  'status',
  'account',
  'source',
  'second_factor',
  'joined_at',
  'last_seen_at',
  'stale',
] as const

/** The members of the review for a spreadsheet. */
export const reviewAsCsv = ({ members }: Review): string =>
  csv(
    columns,
    members.map((member) => columns.map((name) => member[name])),
  )

/** Writes down that the list was looked at, with what it said. */
export async function completeReview(
  { database }: Deps,
  ctx: Context,
  note: string | null,
): Promise<z.output<typeof reviewCompleted>> {
  requirePermission(ctx, 'members:review')
  return database.tenantTx(ctx, async (tx) => {
    const { counts } = await review(tx)
    const id = uuidv7()
    await tx.run(insertReview, {
      tenantId: tx.tenantId,
      id,
      by: ctx.actor.name,
      note,
      counts: JSON.stringify(counts),
    })
    await audit(tx, ctx, {
      action: 'tenants.access-reviewed',
      subject: `access_review:${id}`,
      after: { ...counts, note },
    })
    const done = (await tx.row(lastReview, undefined))!
    return { ...done, at: done.at.toISOString() }
  })
}
