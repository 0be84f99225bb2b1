/** Changing factors needs a proof of the last ten minutes: the sign-in, or one given since. */
import type { Context } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { freshMinutes } from '../account.ts'
import { sessionEnded } from '../problems.ts'
import { freshUntil } from '../session-queries.ts'
import { type Deps, sessionOf } from './deps.ts'

/** Until when the caller's session counts as just proved; null when it does not. */
export async function readFresh({ database }: Deps, ctx: Context): Promise<Date | null> {
  const { sessionId } = sessionOf(ctx)
  const row = await database.platformTx('read a confirmation', (tx) =>
    tx.row(freshUntil, { sessionId, minutes: freshMinutes }),
  )
  return row?.fresh ? row.until : null
}

/** Throws `people/sign-in-not-fresh`. */
export const requireFresh = ({ people }: Deps, ctx: Context): Promise<void> => people.requireFreshProof(ctx)

/**
 * Throws `people/session-ended`. After the person was locked: whoever ends their sessions because of something that was stolen must not
 * be followed by a factor that one of those sessions adds.
 */
export async function requireLive(tx: PlatformTx, ctx: Context): Promise<void> {
  const { sessionId } = sessionOf(ctx)
  if (!(await tx.row(freshUntil, { sessionId, minutes: freshMinutes })))
    throw new Problem(sessionEnded, 'It ended meanwhile.')
}
