/** Changing factors needs a proof of the last ten minutes: the sign-in, or one given since. */
import type { Context } from '#kernel/context/index.ts'
import { freshMinutes } from '../account.ts'
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
