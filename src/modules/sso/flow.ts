/** One attempt of one browser to sign in elsewhere, from the start link to the callback. */
import { randomToken } from '#kernel/clock/index.ts'
import { deriveKey, seal, sha256, unseal } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { deleteStaleFlows, insertFlow, type Provider, takeFlow } from './queries.ts'

/** What the callback must find again; only ever in the sealed row. */
export type Secrets = { readonly state: string; readonly nonce: string; readonly verifier: string }
/** `about`: what the one who begins says of it, and whoever ends it checks. */
export type Flow = Secrets & { readonly returnTo: string; readonly about: string }

type CookieOptions = { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean; maxAge?: number }
export type Reply = {
  setCookie(name: string, value: string, options: CookieOptions): unknown
  clearCookie(name: string, options: CookieOptions): unknown
}
export type Request = { readonly cookies: Readonly<Record<string, string | undefined>> }

export type Flows = {
  begin(reply: Reply, provider: Provider, returnTo: string, about?: string): Promise<Secrets>
  /** Spends the browser's flow, whatever comes of it; undefined when it has none, or one of another provider or too old. */
  take(request: Request, reply: Reply, provider: Provider): Promise<Flow | undefined>
}

const flowSeconds = 600
const cookieShape = /^[A-Za-z0-9_-]{43}$/

export function makeFlows({
  database,
  appKey,
  secureCookies,
}: {
  database: Database
  appKey: string
  secureCookies: boolean
}): Flows {
  const key = deriveKey(appKey, 'sso-flow')
  const name = secureCookies ? '__Host-daytwo_flow' : 'daytwo_flow'
  // Lax: the way back from the provider is a navigation from another site.
  const options = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: secureCookies }
  return {
    async begin(reply, provider, returnTo, about = '') {
      const cookie = randomToken(32)
      const hash = sha256(cookie)
      const secrets: Secrets = { state: randomToken(32), nonce: randomToken(32), verifier: randomToken(32) }
      const sealed = seal(key, JSON.stringify({ ...secrets, about }), hash.toString('hex'))
      await database.platformTx('begin a sign-in elsewhere', async (tx) => {
        await tx.run(deleteStaleFlows, undefined)
        await tx.run(insertFlow, { hash, provider, sealed, returnTo, seconds: flowSeconds })
      })
      reply.setCookie(name, cookie, { ...options, maxAge: flowSeconds })
      return secrets
    },
    async take(request, reply, provider) {
      const cookie = request.cookies[name]
      if (cookie === undefined) return undefined
      reply.clearCookie(name, options)
      if (!cookieShape.test(cookie)) return undefined
      const hash = sha256(cookie)
      const row = await database.platformTx('end a sign-in elsewhere', (tx) => tx.row(takeFlow, { hash }))
      if (!row?.alive || row.provider !== provider) return undefined
      const secrets = JSON.parse(unseal(key, row.sealed, hash.toString('hex'))) as Secrets & { about: string }
      return { ...secrets, returnTo: row.returnTo }
    },
  }
}
