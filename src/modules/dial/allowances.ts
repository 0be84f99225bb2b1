/** Use cases of allowances: which private networks a tenant's targets may be in. For those who run the installation alone. */

import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePlatformPermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { type Allowance, kindOfAddress, parseAllowance } from '#kernel/networks/index.ts'
import { remembered } from '#kernel/remembered/index.ts'
import { allowanceInvalid } from './problems.ts'
import { type AllowanceRecord, allowances, deleteAllowance, insertAllowance, targetsOf } from './queries.ts'

export type NewAllowance = { readonly tenantId: string; readonly target: string; readonly reason: string }

export async function listAllowances(database: Database, ctx: Context, tenantId?: string): Promise<AllowanceRecord[]> {
  requirePlatformPermission(ctx, 'dial:read')
  return database.platformTx('list allowances', (tx) => tx.rows(allowances, { tenantId: tenantId ?? null, id: null }))
}

/** The same target again is the allowance that stands. Audited in the tenant it is for. */
export async function allow(database: Database, ctx: Context, input: NewAllowance): Promise<AllowanceRecord> {
  requirePlatformPermission(ctx, 'dial:write')
  const parsed = parseAllowance(input.target)
  // It would have no effect; who asks for it shall know.
  const never = parsed?.network && kindOfAddress(parsed.network[0].toString()) === 'never'
  const target = never ? undefined : parsed?.text
  if (target === undefined)
    throw new Problem(
      allowanceInvalid,
      never
        ? 'Metadata services and addresses of no single machine are never opened.'
        : 'The target is no network, address or host name.',
      {
        errors: [
          {
            pointer: '#/target',
            detail: 'expected `10.20.0.0/16`, `192.168.1.7:8080` or `jira.internal`',
            code: 'target',
          },
        ],
      },
    )
  const { tenantId, reason } = input
  return database.platformTx('allow target', async (tx) => {
    const made = await tx.row(insertAllowance, { tenantId, id: uuidv7(), target, reason, by: ctx.actor.name })
    const found = (await tx.rows(allowances, { tenantId, id: null })).find((row) => row.target === target)
    if (!found) throw new Problem(notFound, 'No tenant has this id.')
    if (made) {
      const entry = { action: 'dial.allowed', subject: `dial_allowance:${found.id}`, after: { target, reason } }
      await audit(tx, { ...ctx, tenantId }, entry)
    }
    return found
  })
}

/** No longer allowed: the next connection is refused, in every process within a second. */
export async function endAllowance(database: Database, ctx: Context, id: string): Promise<void> {
  requirePlatformPermission(ctx, 'dial:write')
  await database.platformTx('end allowance', async (tx) => {
    const found = await tx.row(allowances, { tenantId: null, id })
    if (!found) throw new Problem(notFound, 'No allowance has this id.')
    await tx.run(deleteAllowance, { id })
    const { tenantId, target, reason } = found
    const entry = { action: 'dial.allowance-ended', subject: `dial_allowance:${id}`, before: { target, reason } }
    await audit(tx, { ...ctx, tenantId }, entry)
  })
}

/** What a tenant was allowed, remembered for a moment: a queue of deliveries asks with each of them. */
export const allowancesReader = (database: Database) =>
  remembered(async (tenantId: string): Promise<readonly Allowance[]> => {
    const rows = await database.platformTx('allowances', (tx) => tx.rows(targetsOf, { tenantId }))
    return rows.flatMap(({ target }) => parseAllowance(target) ?? [])
  }).ask
