import type { z } from 'zod'
import type { Context } from '#kernel/context/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { type Deps, personOf, sessionOf } from './deps.ts'
import { readFresh } from './fresh.ts'
import { secondFactorRefused } from './problems.ts'
import { prove } from './prove.ts'
import { confirmSession } from './queries.ts'
import { record } from './record.ts'
import type { confirmation } from './schemas.ts'

/**
 * A signed-in person proves once more that it is them, which opens ten minutes for changing factors. While a proof is fresh none is
 * asked for, and the time is not prolonged. Throws what the password check throws, or `people/second-factor-refused`.
 */
export async function confirmOwnSession(
  deps: Deps,
  ctx: Context,
  proof: z.output<typeof confirmation>,
): Promise<{ confirmed_until: string }> {
  const { personId, sessionId } = sessionOf(ctx)
  const known = await readFresh(deps, ctx)
  if (known) return { confirmed_until: known.toISOString() }
  if (proof.method === 'password') await deps.people.requireFreshProof(ctx, proof.password)
  const good = await deps.database.platformTx('confirm a session', async (tx) => {
    const person = await personOf(tx, deps, personId)
    const { method } = proof
    const proved = method === 'password' || (await prove(tx, deps, ctx, person, proof, 'sign-in'))
    if (proved) await tx.run(confirmSession, { sessionId })
    const action = proved ? 'people.session-confirmed' : 'people.second-factor-refused'
    await record(tx, deps, ctx, person, { action, after: { method } })
    return proved
  })
  if (!good) throw new Problem(secondFactorRefused, 'This does not prove who you are.')
  return { confirmed_until: (await readFresh(deps, ctx))!.toISOString() }
}
