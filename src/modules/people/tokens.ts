/**
 * Access tokens: JWTs of 15 minutes, signed with a key that is derived from `JWT_SECRET` and the newest generation. Whether
 * a token has expired is the database's to say (with the session it names), for its clock is the one that all processes share.
 */
import { z } from 'zod'
import { monotonicMs, uuidv7 } from '#kernel/clock/index.ts'
import { deriveKey } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { AccessToken } from './ports.ts'
import { insertSigningKey, signingKeys } from './session-queries.ts'

export const accessSeconds = 15 * 60
const audience = 'daytwo'
const type = 'at+jwt'
/** A key that another process has just made is unknown here for a moment at most. */
const believeMs = 1000

const header = z.object({ alg: z.literal('HS256'), typ: z.literal(type), kid: z.uuid() })
/** Exactly what we say: a claim that we do not know (`nbf`) might limit what the token is good for. */
const claims = z.strictObject({
  iss: z.string(),
  aud: z.literal(audience),
  sub: z.uuid(),
  sid: z.uuid(),
  tid: z.uuid().nullable(),
  iat: z.number().int(),
  exp: z.number().int(),
})

type Key = { readonly id: string; readonly signs: boolean; readonly accepted: boolean }
export type Issued = { sessionId: string; personId: string; tenantId: string | null; now: number }
export type Tokens = { sign(session: Issued): Promise<string>; verify(token: string): Promise<AccessToken | undefined> }

export function makeTokens(database: Database, jwtSecret: string, issuer: string): Tokens {
  let known: { at: number; keys: readonly Key[] } | undefined
  const secretOf = (id: string) => deriveKey(jwtSecret, `access-token:${id}`)
  const jose = () => import('jose')

  async function keys(): Promise<readonly Key[]> {
    if (known && monotonicMs() - known.at < believeMs) return known.keys
    let found: readonly Key[] = await database.platformTx('signing keys', (tx) => tx.rows(signingKeys, undefined))
    if (!found.some(({ signs }) => signs)) {
      // Two processes that do this at the same moment make two keys; both are accepted.
      await database.platformTx('first signing key', (tx) => tx.run(insertSigningKey, { id: uuidv7() }))
      found = await database.platformTx('signing keys', (tx) => tx.rows(signingKeys, undefined))
    }
    known = { at: monotonicMs(), keys: found }
    return found
  }

  return {
    async sign({ sessionId, personId, tenantId, now }) {
      const { SignJWT } = await jose()
      const { id } = (await keys()).find(({ signs }) => signs)!
      const issuedAt = Math.floor(now)
      return new SignJWT({ sid: sessionId, tid: tenantId })
        .setProtectedHeader({ alg: 'HS256', typ: type, kid: id })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(personId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + accessSeconds)
        .sign(secretOf(id))
    },
    async verify(token) {
      const { compactVerify } = await jose()
      try {
        const { kid } = header.parse(JSON.parse(Buffer.from(token.split('.', 1)[0]!, 'base64url').toString()))
        if (!(await keys()).some(({ id, accepted }) => id === kid && accepted)) return undefined
        const { payload } = await compactVerify(token, secretOf(kid), { algorithms: ['HS256'] })
        const said = claims.parse(JSON.parse(new TextDecoder().decode(payload)))
        if (said.iss !== issuer || said.exp - said.iat !== accessSeconds) return undefined
        return { sessionId: said.sid, personId: said.sub, tenantId: said.tid, expiresAt: said.exp }
      } catch (error) {
        if (error instanceof z.ZodError || error instanceof SyntaxError || isJoseError(error)) return undefined
        throw error
      }
    },
  }
}

const isJoseError = (error: unknown) =>
  typeof (error as { code?: unknown }).code === 'string' && /^ERR_J/.test((error as { code: string }).code)
