/** The way out for who lost every factor: whoever holds the machine takes them away, and the password alone signs in again. */
import { type Context, requirePermission } from '#kernel/context/index.ts'
import { lockPerson } from '../queries.ts'
import { endSessionsOf } from '../sessions.ts'
import { type Deps, personOf } from './deps.ts'
import { deleteFactors, factorsOf } from './queries.ts'
import { record } from './record.ts'

export type RemovedFactors = { readonly totp: boolean; readonly passkeys: number; readonly endedSessions: number }

/** Sessions end too: what is lost may be in somebody else's hands. Undefined, and nothing done, where there are none. */
export async function removeAllFactors(
  deps: Deps,
  ctx: Context,
  personId: string,
): Promise<RemovedFactors | undefined> {
  requirePermission(ctx, '*')
  const removed = await deps.database.platformTx('remove all second factors', async (tx) => {
    await tx.row(lockPerson, { id: personId })
    const person = await personOf(tx, deps, personId)
    const { totp, passkeys } = (await tx.row(factorsOf, { ids: [personId] }))!
    await tx.row(deleteFactors, { personId })
    if (!totp && passkeys === 0) return undefined
    const endedSessions = await endSessionsOf(tx, { personId }, 'second factors removed')
    await record(tx, deps, ctx, person, {
      action: 'people.second-factors-removed',
      before: { totp, passkeys },
      after: { totp: false, passkeys: 0, endedSessions },
      mail: {
        subject: 'The second factors of your account were removed',
        text: 'Whoever operates this installation removed your authenticator app, passkeys and recovery codes, and ended your sessions: your password alone signs in until you add a factor again.',
      },
    })
    return { totp, passkeys, endedSessions }
  })
  deps.changed(personId)
  return removed
}
