/** Changing factors needs a proof of the last ten minutes: the sign-in, or one given since. */
import type { Context } from '#kernel/context/index.ts'
import type { Deps } from './deps.ts'
import { sessionOf } from './deps.ts'
import { freshUntil } from './queries.ts'

const freshMinutes = 10

/** Until when the caller's session counts as just proved; null when it does not. */
export async function readFresh({ database }: Deps, ctx: Context): Promise<Date | null> {
  const { sessionId } = sessionOf(ctx)
  const row = await database.platformTx('read a confirmation', (tx) =>
    tx.row(freshUntil, { sessionId, minutes: freshMinutes }),
  )
  return row?.fresh ? row.until : null
}

/** Throws `people/sign-in-not-fresh`. */
export async function requireFresh(deps: Deps, ctx: Context): Promise<void> {
  if ((await readFresh(deps, ctx)) === null) await deps.people.requireFreshProof(ctx)
}
