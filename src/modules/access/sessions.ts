/** The local session: a one-time set-up URL, printed on the machine, opens the console in one browser. */
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { setupLinkSpent } from './problems.ts'
import { anySessionEver, deleteSession, insertSetupToken, useSetupToken } from './queries.ts'

export const sessionCookie = 'daytwo_session'
export const sessionHours = 24 * 7
const setupHours = 24

/** A URL that opens a session once, within a day. */
export async function createSetupUrl(database: Database, baseUrl: string): Promise<string> {
  const token = randomToken(32)
  await database.platformTx('create a set-up URL', (tx) =>
    tx.run(insertSetupToken, { hash: sha256(token), hours: setupHours }),
  )
  return `${baseUrl}/auth/setup?token=${token}`
}

/** Whether anybody ever opened a session; until then every start prints a set-up URL. */
export const wasSetUp = (database: Database): Promise<boolean> =>
  database.platformTx('was set up', async (tx) => (await tx.row(anySessionEver, undefined))!.found)

/** Spends the token and returns the new session's secret. Of many attempts with one token exactly one succeeds. */
export async function openSession(database: Database, token: string): Promise<string> {
  const secret = randomToken(32)
  const args = { tokenHash: sha256(token), sessionId: uuidv7(), sessionHash: sha256(secret), hours: sessionHours }
  const row = await database.lookup(useSetupToken, args)
  if (!row?.opened) throw new Problem(setupLinkSpent, 'The link opens one session within a day of its making.')
  return secret
}

export async function closeSession(database: Database, ctx: Context): Promise<void> {
  if (ctx.actor.type !== 'session') return
  await database.tenantTx(ctx, (tx) => tx.run(deleteSession, { id: ctx.actor.id }))
}
