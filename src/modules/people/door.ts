/** The one end of every way in: a session, carried by cookies or by tokens in the body. */
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import type { Reply, Request } from '#kernel/http/index.ts'
import type { CookieOptions, Cookies } from './cookies.ts'
import type { How, Later, PeoplePort, Person, SignInReply, Transport } from './ports.ts'
import { requireSameOrigin, requireSingleCookies } from './same-origin.ts'
import { moveToTenant, type Opened, openSession } from './sessions.ts'
import type { Throttle } from './throttle.ts'
import { accessSeconds, type Tokens } from './tokens.ts'

export type DoorDeps = {
  readonly database: Database
  readonly tokens: Tokens
  readonly cookies: Cookies
  readonly throttle: Throttle
  readonly later: Pick<Later, 'homeTenant'>
}
export type Door = Pick<PeoplePort, 'signIn' | 'moveSession'> & {
  /** Gives the caller what a session is carried by: cookies, or tokens in the body. */
  answer(reply: Reply, opened: Opened, transport: Transport): Promise<SignInReply>
  forget(reply: Reply): void
  requireOwnCookies(request: Request): void
}

/** What is written down of where a request came from. */
export const where = (request: Request) => ({
  client: request.ip,
  userAgent: request.headers['user-agent'],
  requestId: request.id,
})

export function makeDoor({ database, tokens, cookies, throttle, later }: DoorDeps): Door {
  const { access, refresh, device } = cookies

  function requireOwnCookies(request: Request) {
    requireSameOrigin(request)
    requireSingleCookies(request, cookies.names)
  }

  async function answer(reply: Reply, opened: Opened, transport: Transport): Promise<SignInReply> {
    const accessToken = await tokens.sign(opened)
    reply.header('cache-control', 'no-store')
    const signedIn = { status: 'signed-in' as const, expires_in: accessSeconds }
    if (transport === 'bearer') return { ...signedIn, access_token: accessToken, refresh_token: opened.refreshToken }
    reply.setCookie(access.name, accessToken, access.options)
    reply.setCookie(refresh.name, opened.refreshToken, refresh.options)
    return signedIn
  }

  return {
    answer,
    requireOwnCookies,
    forget(reply) {
      for (const { name, options } of [access, refresh]) reply.clearCookie(name, withoutAge(options))
    },
    async signIn(request, reply, person: Person, how: How) {
      const inBrowser = how.transport !== 'bearer'
      // The way back from an identity provider is another site's: the strict refresh cookie stays behind, the access cookie does not.
      const carried = inBrowser ? request.cookies[access.name] : undefined
      const before = carried === undefined ? undefined : await tokens.verify(carried)
      const tenantId = how.tenantId === undefined ? await later.homeTenant(person.id) : how.tenantId
      const opened = await openSession(
        database,
        person,
        {
          method: how.method,
          secondFactor: how.secondFactor,
          tenantId,
          passwordSince: how.passwordSince,
          passkeyId: how.passkeyId,
        },
        {
          ...where(request),
          replaces: inBrowser ? request.cookies[refresh.name] : undefined,
          replacesId: before?.sessionId,
        },
      )
      if (inBrowser)
        reply.setCookie(device.name, throttle.deviceFor(person.email, request.cookies[device.name]), device.options)
      return answer(reply, opened, how.transport ?? 'cookie')
    },
    async moveSession(_request, reply, ctx: Context, tenantId) {
      const opened = await moveToTenant(database, ctx, tenantId)
      return answer(reply, opened, ctx.cookie ? 'cookie' : 'bearer')
    },
  }
}

const withoutAge = ({ maxAge: _, ...options }: CookieOptions) => options
