/** The generations of the key that signs access tokens. */
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, requirePermission } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { insertSigningKey, retireSigningKeys, signingKeys } from './session-queries.ts'
import { endAllSessions } from './sessions.ts'

/** Longer than an access token lives, so that a rotation is noticed by nobody. */
const overlapMinutes = 20

export const listSigningKeys = (database: Database) =>
  database.platformTx('list signing keys', (tx) => tx.rows(signingKeys, undefined))

/** A new key signs from now on; tokens of the old one are good until they expire. Returns the new generation's id. */
export async function rotateSigningKey(database: Database, ctx: Context): Promise<string> {
  requirePermission(ctx, '*')
  return database.platformTx('rotate the signing key', (tx) => replace(tx, ctx, overlapMinutes, undefined))
}

/** For a key that leaked: nothing it signed is good any more, and every session ends. Returns how many. */
export async function revokeSigningKeys(database: Database, ctx: Context): Promise<number> {
  requirePermission(ctx, '*')
  return database.platformTx('revoke the signing keys', async (tx) => {
    const ended = await endAllSessions(tx, 'keys revoked')
    await replace(tx, ctx, 0, ended)
    return ended
  })
}

async function replace(
  tx: Parameters<typeof endAllSessions>[0],
  ctx: Context,
  minutes: number,
  endedSessions: number | undefined,
): Promise<string> {
  const id = uuidv7()
  await tx.run(retireSigningKeys, { minutes })
  await tx.run(insertSigningKey, { id })
  const action = endedSessions === undefined ? 'people.signing-key-rotated' : 'people.signing-keys-revoked'
  await audit(tx, ctx, { action, subject: `signing_key:${id}`, after: { acceptedMinutes: minutes, endedSessions } })
  return id
}
