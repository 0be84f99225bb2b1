/**
 * Sessions: one sign-in of one browser or program, as a family of refresh tokens of which only the newest is worth anything
 * (RFC 9700). A spent token that comes back was stolen, or its thief has the newer one: either way the family ends.
 */
import { audit } from '#kernel/audit/index.ts'
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { refreshDays } from './cookies.ts'
import { contextOfPerson } from './person-context.ts'
import type { Person, SignInMethod } from './ports.ts'
import { refreshOvertaken, sessionEnded } from './problems.ts'
import { lockPerson } from './queries.ts'
import {
  insertSession,
  moveSession as move,
  revokeSessions,
  rotateRefreshToken,
  sessionByRefreshHash,
  spentToken,
} from './session-queries.ts'
import type { Issued } from './tokens.ts'

export const absoluteDays = 30
/** Within it a spent token is a race of two tabs; it gets nothing, but harms nobody. */
const graceSeconds = 10
const maxUserAgent = 300

/** A session with its newest refresh token, which exists in this moment only. */
export type Opened = Issued & { readonly refreshToken: string }
export type Where = {
  readonly client?: string | undefined
  readonly userAgent?: string | undefined
  readonly requestId?: string | undefined
}
export type Opening = {
  readonly method: SignInMethod
  readonly secondFactor: boolean
  readonly tenantId: string | null
  readonly passwordSince?: string | null | undefined
  readonly passkeyId?: string | undefined
}

/** Opens a session for a person who is active; whatever session the same browser had before ends. */
export async function openSession(
  database: Database,
  person: Person,
  how: Opening,
  where: Where & { replaces?: string | undefined; replacesId?: string | undefined },
): Promise<Opened> {
  const refreshToken = randomToken(32)
  return database.platformTx('open a session', async (tx) => {
    // Whoever removes the passkey holds this too, so it is gone before the next statement looks for it, or stays until the commit.
    if (how.passkeyId !== undefined) await tx.row(lockPerson, { id: person.id })
    if (where.replaces) await endByToken(tx, where.replaces, undefined, 'replaced', where)
    if (where.replacesId) await endByToken(tx, undefined, where.replacesId, 'replaced', where)
    const session = await tx.row(insertSession, {
      ...how,
      passwordSince: how.passwordSince ?? null,
      passkeyId: how.passkeyId ?? null,
      id: uuidv7(),
      personId: person.id,
      refreshHash: sha256(refreshToken),
      refreshDays,
      absoluteDays,
      client: where.client ?? null,
      userAgent: where.userAgent?.slice(0, maxUserAgent) ?? null,
    })
    if (!session)
      throw new Problem(
        sessionEnded,
        'Meanwhile the account was disabled, its password replaced, or the passkey removed.',
      )
    await audit(tx, contextOfPerson(person, { ...where, tenantId: how.tenantId, sessionId: session.sessionId }), {
      action: 'people.signed-in',
      subject: `person:${person.id}`,
      after: {
        method: how.method,
        secondFactor: how.secondFactor,
        session: session.sessionId,
        client: where.client ?? null,
      },
    })
    return { ...session, refreshToken }
  })
}

/** A new pair for a refresh token. Throws `people/refresh-overtaken` or `people/session-ended`. */
export async function refreshSession(database: Database, token: string, where: Where): Promise<Opened> {
  const old = sha256(token)
  const refreshToken = randomToken(32)
  const rotated = await database.platformTx('refresh a session', (tx) =>
    tx.row(rotateRefreshToken, { old, fresh: sha256(refreshToken), refreshDays }),
  )
  if (rotated) return { ...rotated, refreshToken }
  // Thrown after the commit: what was found out must stay found out.
  throw await database.platformTx('a refresh token that is not good', async (tx) => {
    const spent = await tx.row(spentToken, { hash: old, graceSeconds })
    if (!spent?.live) return new Problem(sessionEnded, 'Its refresh token is not good any more.')
    if (spent.lately) return new Problem(refreshOvertaken, 'The token was used a moment ago.')
    const ended = new Problem(
      sessionEnded,
      'A refresh token was used twice, so it is in two hands. The session was ended.',
    )
    if ((await revoke(tx, { id: spent.sessionId, personId: spent.personId }, 'replayed')) === 0) return ended
    const person = { id: spent.personId, name: spent.name }
    await audit(tx, contextOfPerson(person, { ...where, tenantId: spent.tenantId, sessionId: spent.sessionId }), {
      action: 'people.refresh-replayed',
      subject: `session:${spent.sessionId}`,
      after: { ended: true, client: where.client ?? null },
    })
    return ended
  })
}

/** Ends the session that a refresh token or an id names, if there is one. */
export async function endByToken(
  tx: PlatformTx,
  token: string | undefined,
  id: string | undefined,
  why: string,
  where: Where = {},
) {
  const hash = token === undefined ? Buffer.alloc(0) : sha256(token)
  const session = await tx.row(sessionByRefreshHash, { hash, id: id ?? null })
  if (!session) return
  await revoke(tx, { id: session.id, personId: session.personId }, why)
  const person = { id: session.personId, name: session.name }
  await audit(tx, contextOfPerson(person, { ...where, tenantId: session.tenantId, sessionId: session.id }), {
    action: 'people.session-ended',
    subject: `session:${session.id}`,
    after: { why },
  })
}

/** See `PeoplePort.moveSession`. */
export async function moveToTenant(database: Database, ctx: Context, tenantId: string | null): Promise<Opened> {
  const refreshToken = randomToken(32)
  const moved = await database.platformTx('move a session', async (tx) => {
    const session = { id: ctx.sessionId!, newId: uuidv7(), tenantId, refreshHash: sha256(refreshToken), refreshDays }
    const row = await tx.row(move, session)
    // Signing in is written down where it led to; going on into another tenant is, there.
    if (row && tenantId !== null && tenantId !== ctx.tenantId)
      await audit(tx, { ...ctx, tenantId }, { action: 'people.tenant-entered', subject: `session:${row.sessionId}` })
    return row
  })
  if (!moved) throw new Problem(sessionEnded, 'It ended meanwhile.')
  return { ...moved, refreshToken }
}

type Which = {
  personId?: string
  tenantId?: string
  id?: string
  method?: SignInMethod
  except?: string | undefined
  all?: boolean
}
const revoke = (tx: PlatformTx, which: Which, why: string): Promise<number> =>
  tx.run(revokeSessions, {
    personId: which.personId ?? null,
    tenantId: which.tenantId ?? null,
    id: which.id ?? null,
    method: which.method ?? null,
    except: which.except ?? null,
    all: which.all ?? false,
    why,
  })

/** See `PeoplePort.endSessionsOf`; `method` ends only those opened in that way, `except` stays. */
export const endSessionsOf = (
  tx: PlatformTx,
  who: { personId: string; id?: string; method?: SignInMethod; except?: string | undefined } | { tenantId: string },
  why: string,
): Promise<number> => revoke(tx, who, why)

/** Every session there is. */
export const endAllSessions = (tx: PlatformTx, why: string): Promise<number> => revoke(tx, { all: true }, why)
