/** In which role a caller acts in their tenant, and what the rules on owners say of it. */
import { type Context, may } from '#kernel/context/index.ts'
import type { TenantTx } from '#kernel/database/index.ts'
import { forbidden, Problem } from '#kernel/errors/index.ts'
import { actingRole } from './member-queries.ts'
import type { Acting, Verdict } from './owner-rules.ts'
import { lastOwner } from './problems.ts'

/** A key has no role: one that may do everything was made by who holds the machine, any other by an admin at the least. */
export async function actingOf(tx: TenantTx, ctx: Context): Promise<Acting> {
  if (ctx.actor.type !== 'person') return { personId: null, role: may(ctx, '*') ? 'owner' : 'admin' }
  const row = await tx.row(actingRole, { personId: ctx.actor.id })
  if (!row) throw new Problem(forbidden, 'You are no longer a member of this tenant.')
  return { personId: ctx.actor.id, role: row.role }
}

const refusals: Record<Exclude<Verdict, 'allowed' | 'last-owner'>, string> = {
  'above-own-role': 'A role above your own can neither be given nor changed by you.',
  'own-suspension': 'You cannot suspend yourself; ask another admin.',
}

export function enforce(verdict: Verdict): void {
  if (verdict === 'allowed') return
  if (verdict === 'last-owner') throw new Problem(lastOwner, 'This is the last active owner of the tenant.')
  throw new Problem(forbidden, refusals[verdict])
}

export const aboveOwnRole = (): Problem => new Problem(forbidden, refusals['above-own-role'])
