/** A platform person looks into a tenant for a while: with a reason, seen and audited there, over by itself. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, may, requirePermission, requirePlatformPermission } from '#kernel/context/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import { forbidden, notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { Deps } from './deps.ts'
import { supportOpen, tenantState } from './problems.ts'
import { lockTenant } from './queries.ts'
import type { newSupportAccess, supportAccessList, supportAccessQuery, supportAccessReply } from './schemas.ts'
import {
  closeExpired,
  closeSupport,
  insertSupport,
  pageOfSupport,
  type SupportRow,
  supportById,
  supportOfPerson,
} from './support-queries.ts'

const toReply = (row: SupportRow): z.output<typeof supportAccessReply> => ({
  id: row.id,
  tenant_id: row.tenantId,
  person_id: row.personId,
  person: row.person,
  role: row.role,
  reason: row.reason,
  opened_at: row.openedAt.toISOString(),
  until: row.until.toISOString(),
  closed_at: row.closedAt?.toISOString() ?? null,
  open: row.open,
})

/** Who looked into the caller's tenant, and who does now. */
export async function listSupport(
  { database }: Deps,
  ctx: Context,
  { cursor, limit = defaultLimit }: z.output<typeof supportAccessQuery>,
): Promise<z.output<typeof supportAccessList>> {
  requirePermission(ctx, 'support-access:read')
  const wanted = { before: cursor ?? null, limit: limit + 1 }
  const rows = await database.tenantTx(ctx, (tx) => tx.rows(pageOfSupport, wanted))
  const { page, next } = pageOf(rows, limit, ({ id }) => id)
  return { support_accesses: page.map(toReply), next_cursor: next }
}

/** Only the role `admin` needs more than support: who may administer a tenant may read its keys' names and invite. */
export async function openSupport(
  { database }: Deps,
  ctx: Context,
  tenantId: string,
  { role, reason, minutes }: z.output<typeof newSupportAccess>,
): Promise<z.output<typeof supportAccessReply>> {
  requirePlatformPermission(ctx, 'support-access:open')
  if (ctx.actor.type !== 'person') throw new Problem(forbidden, 'Support access is a person’s; a key cannot open one.')
  if (role === 'admin') requirePlatformPermission(ctx, 'tenants:write')
  const personId = ctx.actor.id
  return database.platformTx('open support access', async (tx) => {
    const tenant = await tx.row(lockTenant, { id: tenantId })
    if (!tenant) throw new Problem(notFound, 'No tenant has this id.')
    if (tenant.status !== 'ready') throw new Problem(tenantState, `The tenant is ${tenant.status}.`)
    await closeWhatRanOut(tx, { tenantId, personId })
    const id = uuidv7()
    if ((await tx.run(insertSupport, { tenantId, id, personId, role, reason, minutes })) === 0)
      throw new Problem(supportOpen, 'You have a support access to this tenant that is still open.')
    const row = (await tx.row(supportOfPerson, { id, personId }))!
    await audit(
      tx,
      { ...ctx, tenantId },
      {
        action: 'tenants.support-opened',
        subject: `support_access:${id}`,
        after: { person: ctx.actor.name, role, reason, minutes, until: row.until },
      },
    )
    return toReply(row)
  })
}

/** Ended by who opened it, or by an admin of the tenant. For everybody else it does not exist. */
export async function endSupport({ database }: Deps, ctx: Context, id: string): Promise<void> {
  const inTenant = may(ctx, 'support-access:close')
    ? await database.tenantTx(ctx, (tx) => tx.row(supportById, { id }))
    : undefined
  await database.platformTx('close support access', async (tx) => {
    const own = ctx.actor.type === 'person' ? await tx.row(supportOfPerson, { id, personId: ctx.actor.id }) : undefined
    const row = inTenant ?? own
    if (!row) throw new Problem(notFound, 'No support access has this id.')
    if (!row.open) return
    await closeOpen(tx, ctx, { tenantId: row.tenantId, id })
  })
}

/** Of a tenant that is taken out of use; what had run out says so. */
export async function closeAllSupport(tx: PlatformTx, ctx: Context, tenantId: string): Promise<void> {
  await closeWhatRanOut(tx, { tenantId, personId: null })
  await closeOpen(tx, ctx, { tenantId, id: null })
}

async function closeOpen(tx: PlatformTx, ctx: Context, which: { tenantId: string; id: string | null }) {
  for (const row of await tx.rows(closeSupport, which))
    await audit(
      tx,
      { ...ctx, tenantId: row.tenantId },
      {
        action: 'tenants.support-closed',
        subject: `support_access:${row.id}`,
        before: { person: row.person, role: row.role, until: row.until },
      },
    )
}

/** Closes what ran out, everywhere, and writes that down in each tenant. Returns how many. */
export const endExpiredSupport = (database: Database): Promise<number> =>
  database.platformTx('end support access that ran out', (tx) =>
    closeWhatRanOut(tx, { tenantId: null, personId: null }),
  )

async function closeWhatRanOut(tx: PlatformTx, which: { tenantId: string | null; personId: string | null }) {
  const ended = await tx.rows(closeExpired, which)
  const actor = { type: 'job', id: 'support-access', name: 'support-access' } as const
  // In the order of the tenants: two that close at once wait for one another's trails the same way round.
  for (const row of ended.toSorted((a, b) => a.tenantId.localeCompare(b.tenantId)))
    await audit(
      tx,
      { tenantId: row.tenantId, actor, permissions: new Set() },
      {
        action: 'tenants.support-expired',
        subject: `support_access:${row.id}`,
        before: { person: row.person, role: row.role, until: row.until },
      },
    )
  return ended.length
}
