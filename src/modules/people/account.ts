/** What a signed-in person sees and changes of themselves. */
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { forbidden, notFound, Problem } from '#kernel/errors/index.ts'
import { auditable } from './person-context.ts'
import { changePerson } from './persons.ts'
import type { PeoplePort } from './ports.ts'
import { notFresh } from './problems.ts'
import { personById, replacePassword } from './queries.ts'
import { freshUntil, listSessions } from './session-queries.ts'
import { endSessionsOf } from './sessions.ts'
import { checkPassword, type PasswordDeps } from './sign-in.ts'

/** How long a proof opens what needs one. */
export const freshMinutes = 10
export type AccountDeps = PasswordDeps & { readonly hashNewPassword: PeoplePort['hashNewPassword'] }

/** The person who asks; keys and commands have no account. */
export async function readAccount({ database }: Pick<PasswordDeps, 'database'>, ctx: Context) {
  const id = personOf(ctx)
  const person = await database.platformTx('own account', (tx) => tx.row(personById, { id }))
  if (!person) throw new Problem(notFound, 'The account does not exist any more.')
  return person
}

export function personOf(ctx: Context): string {
  if (ctx.actor.type !== 'person') throw new Problem(forbidden, 'Only a person has an account; this is a key.')
  return ctx.actor.id
}

export async function renameAccount({ database }: PasswordDeps, ctx: Context, name: string) {
  const id = personOf(ctx)
  await database.platformTx('rename', (tx) => changePerson(tx, ctx, id, { name }))
  return readAccount({ database }, ctx)
}

/** See `PeoplePort.requireFreshProof`. */
export async function requireFreshProof(deps: PasswordDeps, ctx: Context, password?: string): Promise<void> {
  const id = personOf(ctx)
  if (password === undefined) {
    const row = await deps.database.platformTx('how fresh is the sign-in', (tx) =>
      tx.row(freshUntil, { sessionId: ctx.sessionId!, minutes: freshMinutes }),
    )
    if (!row?.fresh)
      throw new Problem(notFresh, `The last proof of who is there is more than ${freshMinutes} minutes old.`)
    return
  }
  const { email } = await readAccount(deps, ctx)
  // Counted apart from sign-ins: who knows the address could lock those, and with them the owner out of their own account.
  const count = deps.throttle.keyOfPerson(id)
  const person = await checkPassword(
    { ...deps, passwordsFor: () => 'everybody' },
    { email, password, count, requestId: ctx.requestId },
  )
  if (person.id !== id) throw new Problem(forbidden, 'This is somebody else.')
}

/** Ends all other sessions; the caller gets new tokens for this one from the route. Returns how many ended. */
export async function changePassword(
  deps: AccountDeps,
  ctx: Context,
  { current, password }: { current: string | undefined; password: string },
): Promise<number> {
  const person = await readAccount(deps, ctx)
  if (person.passwordHash !== null && current === undefined)
    throw new Problem(notFresh, 'The present password is needed to replace it.')
  await requireFreshProof(deps, ctx, current)
  const hash = await deps.hashNewPassword(password, [person.email, person.name], '#/password')
  return deps.database.platformTx('change a password', async (tx) => {
    if ((await tx.run(replacePassword, { id: person.id, was: person.passwordHash, hash, changed: true })) === 0)
      throw new Problem(notFresh, 'The password was replaced meanwhile.')
    const ended = await endSessionsOf(tx, { personId: person.id, except: ctx.sessionId }, 'password changed')
    await audit(tx, auditable(ctx), {
      action: 'people.password-changed',
      subject: `person:${person.id}`,
      after: { endedSessions: ended },
    })
    return ended
  })
}

export async function ownSessions({ database }: PasswordDeps, ctx: Context) {
  const personId = personOf(ctx)
  const sessions = await database.platformTx('own sessions', (tx) => tx.rows(listSessions, { personId }))
  return sessions.map((session) => ({ ...session, current: session.id === ctx.sessionId }))
}

/** Ends one session of the caller's own. Throws `not-found`. */
export async function endOwnSession({ database }: PasswordDeps, ctx: Context, id: string): Promise<void> {
  const personId = personOf(ctx)
  await database.platformTx('end a session', async (tx) => {
    const ended = await endSessionsOf(tx, { personId, id }, 'ended by its owner')
    if (ended === 0) throw new Problem(notFound, 'No session of yours has this id.')
    await audit(tx, auditable(ctx), {
      action: 'people.session-ended',
      subject: `session:${id}`,
      after: { why: 'ended by its owner' },
    })
  })
}

export async function endOtherSessions({ database }: PasswordDeps, ctx: Context): Promise<number> {
  const personId = personOf(ctx)
  return database.platformTx('end other sessions', async (tx) => {
    const ended = await endSessionsOf(tx, { personId, except: ctx.sessionId }, 'ended by its owner')
    if (ended > 0)
      await audit(tx, auditable(ctx), {
        action: 'people.sessions-ended',
        subject: `person:${personId}`,
        after: { ended },
      })
    return ended
  })
}
