/** Who calls: an API key or a person's access token in the Authorization header, or that token in a cookie. */
import { monotonicMs } from '#kernel/clock/index.ts'
import { type Context, noTenantId, type Permission, permissionsOf } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { malformedRequest, Problem, unauthorized } from '#kernel/errors/index.ts'
import type { Authenticate } from '#kernel/http/index.ts'
import { remembered } from '#kernel/remembered/index.ts'
import type { PeoplePort } from '#modules/people/index.ts'
import { hashKey, keyShape } from './api-keys.ts'
import { keyNotAccepted } from './problems.ts'
import { callerOfSession, keyByHash, touchKey } from './queries.ts'

const mostTouched = 5000
const touchEveryMs = 60_000
const accessTokenShape = /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/

/** Calls through once a minute for each id; a failure is made good the next time. */
function minutely<A>(write: (id: string, more: A) => Promise<unknown>): (id: string, more: A) => void {
  const touched = new Map<string, number>()
  return (id, more) => {
    if (monotonicMs() - (touched.get(id) ?? Number.NEGATIVE_INFINITY) < touchEveryMs) return
    if (touched.size >= mostTouched) touched.clear()
    touched.set(id, monotonicMs())
    write(id, more).catch(() => touched.delete(id))
  }
}

export function authenticateKey(database: Database): Authenticate {
  const keys = remembered((key: string) => database.lookup(keyByHash, { hash: hashKey(key) }))
  /** `last_used_at` to the minute: exact would cost a write a request. */
  const touch = minutely((id, tenantId: string) => database.tenantTx({ tenantId }, (tx) => tx.run(touchKey, { id })))

  return async (request) => {
    const header = request.headers.authorization
    if (header === undefined) return undefined
    const [scheme, token, ...rest] = header.split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
      throw new Problem(keyNotAccepted, 'The Authorization header must read `Bearer <key>`.')
    if (accessTokenShape.test(token)) return undefined
    const key = keyShape.test(token) ? await keys.ask(token) : undefined
    if (!key) throw new Problem(keyNotAccepted, 'No key like this exists.')
    if (key.state !== 'active') throw new Problem(keyNotAccepted, `The key "${key.name}" is ${key.state}.`)
    touch(key.id, key.tenantId)
    return {
      tenantId: key.tenantId,
      actor: { type: 'key', id: key.id, name: key.name },
      permissions: new Set(key.scopes),
      streams: key.streams ? new Set(key.streams) : undefined,
    } satisfies Context
  }
}

export type PeopleOfAccess = Pick<
  PeoplePort,
  'verifyAccessToken' | 'accessCookie' | 'repeatedCookie' | 'seen' | 'isDue' | 'byId'
>
type SessionNeeds = {
  readonly database: Database
  readonly people: PeopleOfAccess
  /** Notes that a member was here. */
  readonly touchMember: (who: { personId: string; tenantId: string | null }) => void
  readonly permissions: readonly Permission[]
}

/** Everybody who is signed in may look at themselves and their account, whatever else they may. */
const always = 'session:read'

export function authenticateSession({ database, people, touchMember, permissions }: SessionNeeds): Authenticate {
  const granted = grantsOf(permissions)
  const sessions = remembered(async (token: string) => {
    const said = await people.verifyAccessToken(token)
    if (!said) return 'The access token is none of ours.'
    const found = await database.lookup(callerOfSession, { id: said.sessionId, expiresAt: said.expiresAt })
    if (!found || found.personId !== said.personId) return 'The session does not exist any more.'
    if (found.state !== 'active') return `The session is ${found.state}.`
    if (!found.unexpired) return 'The access token has expired; refresh it.'
    const due = await people.isDue({ id: found.personId, platformRole: found.platformRole }, said.sessionId)
    const own = due ? new Set([always]) : granted(found.role, found.platformRole)
    return { ...found, sessionId: said.sessionId, permissions: own }
  })
  const touch = minutely((id, who: { personId: string; tenantId: string | null }) => {
    touchMember(who)
    return people.seen(id)
  })

  return async (request) => {
    const bearer = request.headers.authorization?.split(' ')[1]
    const twice = people.repeatedCookie(request)
    if (twice) throw new Problem(malformedRequest, `The cookie ${twice} was sent twice. Delete this site's cookies.`)
    const token = bearer ?? request.cookies[people.accessCookie]
    if (!token) return undefined
    const session = await sessions.ask(token)
    if (typeof session === 'string') throw new Problem(unauthorized, session)
    const { personId, tenantId } = session
    touch(session.sessionId, { personId, tenantId })
    return {
      tenantId: tenantId ?? noTenantId,
      // In audit and lists, so that a tenant sees at once what was done by support.
      actor: { type: 'person', id: personId, name: session.support ? `${session.name} (support)` : session.name },
      sessionId: session.sessionId,
      cookie: bearer === undefined,
      permissions: session.permissions,
    } satisfies Context
  }
}

type Role = Parameters<typeof permissionsOf>[0]
/** There are few pairs of roles, and a set is made for each once. */
function grantsOf(all: readonly Permission[]) {
  const known = new Map<string, ReadonlySet<string>>()
  return (...roles: readonly (Role | null)[]): ReadonlySet<string> => {
    const name = roles.join(' ')
    const found =
      known.get(name) ?? new Set([always, ...roles.flatMap((role) => (role ? permissionsOf(role, all) : []))])
    known.set(name, found)
    return found
  }
}
