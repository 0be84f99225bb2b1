/** Who calls: an API key in the Authorization header, or a local session in a cookie. */
import type { FastifyRequest } from 'fastify'
import { monotonicMs } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Authenticate } from '#kernel/http/index.ts'
import { hashKey, keyShape } from './api-keys.ts'
import { keyNotAccepted } from './problems.ts'
import { keyByHash, sessionByHash, touchKey } from './queries.ts'
import { sessionCookie } from './sessions.ts'

/** How long a looked-up key or session is believed: short enough that revoking works within a second everywhere. */
const believeMs = 500
const maxRemembered = 5000
const touchEveryMs = 60_000

/** Remembers answers for a moment, so that a busy key costs one query, not one a request. */
function remember<T>(look: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, { at: number; answer: Promise<T> }>()
  return (key) => {
    const hit = known.get(key)
    if (hit && monotonicMs() - hit.at < believeMs) return hit.answer
    if (known.size >= maxRemembered) known.clear()
    const answer = look(key)
    known.set(key, { at: monotonicMs(), answer })
    answer.catch(() => known.delete(key))
    return answer
  }
}

export function authenticateKey(database: Database): Authenticate {
  const look = remember((key: string) => database.lookup(keyByHash, { hash: hashKey(key) }))
  const touched = new Map<string, number>()

  /** `last_used_at` to the minute: exact would cost a write a request. */
  function touch(tenantId: string, id: string) {
    if (monotonicMs() - (touched.get(id) ?? Number.NEGATIVE_INFINITY) < touchEveryMs) return
    touched.set(id, monotonicMs())
    database.tenantTx({ tenantId }, (tx) => tx.run(touchKey, { id })).catch(() => touched.delete(id))
  }

  return async (request) => {
    const header = request.headers.authorization
    if (header === undefined) return undefined
    const [scheme, token, ...rest] = header.split(' ')
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
      throw new Problem(keyNotAccepted, 'The Authorization header must read `Bearer <key>`.')
    const key = keyShape.test(token) ? await look(token) : undefined
    if (!key) throw new Problem(keyNotAccepted, 'No key like this exists.')
    if (key.state !== 'active') throw new Problem(keyNotAccepted, `The key "${key.name}" is ${key.state}.`)
    touch(key.tenantId, key.id)
    return {
      tenantId: key.tenantId,
      actor: { type: 'key', id: key.id, name: key.name },
      permissions: new Set(key.scopes),
      streams: key.streams ? new Set(key.streams) : undefined,
    } satisfies Context
  }
}

export function authenticateSession(database: Database): Authenticate {
  const look = remember((token: string) => database.lookup(sessionByHash, { hash: hashKey(token) }))
  return async (request: FastifyRequest) => {
    const token = request.cookies[sessionCookie]
    if (!token) return undefined
    const session = await look(token)
    if (!session) return undefined
    return {
      tenantId: session.tenantId,
      actor: { type: 'session', id: session.id, name: 'local session' },
      cookie: true,
      permissions: new Set(['*']),
    } satisfies Context
  }
}
