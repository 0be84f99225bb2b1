/** A forgotten password: a link by mail, good once and for ten minutes. Asking tells nothing of whether the account exists. */
import { audit } from '#kernel/audit/index.ts'
import { randomToken } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import { forbidden, Problem } from '#kernel/errors/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { letter } from '#modules/mail/index.ts'
import { auditable, contextOfPerson } from './person-context.ts'
import type { Later, PeoplePort, Person } from './ports.ts'
import { busy, linkSpent, tooManyAttempts } from './problems.ts'
import { insertReset, lockPerson, personByEmail, personById, setPassword, tryReset, useReset } from './queries.ts'
import { endSessionsOf } from './sessions.ts'
import { type PasswordDeps, signsInHere } from './sign-in.ts'
import type { Throttle } from './throttle.ts'

const resetMinutes = 10
/** Tries with one link; a new password that is refused is one. */
const maxTries = 5
/** Requests that are being worked on after their answer. */
const maxPending = 100
const commandMinutes = 60

export type ResetDeps = {
  readonly database: Database
  readonly throttle: Throttle
  readonly later: Pick<Later, 'mail'>
  readonly hashNewPassword: PeoplePort['hashNewPassword']
  readonly passwordsFor: PasswordDeps['passwordsFor']
  readonly baseUrl: string
  readonly log: Logger
}
export type Resets = {
  /** Returns at once, before anything is looked at: the answer takes the same time for everybody. */
  ask(email: string, requestId?: string): void
  /** Resolves when all that was asked for is done. */
  settled(): Promise<void>
}

export function makeResets(deps: ResetDeps): Resets {
  const pending = new Set<Promise<void>>()
  return {
    ask(email, requestId) {
      if (pending.size >= maxPending)
        throw new Problem(busy, 'Too many ask for a new password.', { extension: { retryAfterSeconds: 5 } })
      const work = sendLink(deps, email, requestId)
        .catch((error) => deps.log.error({ err: error }, 'a mail for a new password could not be written'))
        .finally(() => pending.delete(work))
      pending.add(work)
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}

async function sendLink(deps: ResetDeps, email: string, requestId: string | undefined) {
  const { database, throttle, later } = deps
  await database
    .platformTx('mail a link for a new password', async (tx) => {
      // Nobody's mailbox is filled by who knows the address. Counted apart from sign-ins, which it must not lock.
      // No longer than the last link lives: whoever knows the address can use up the mails, but leaves its owner with links.
      await throttle.take(tx, throttle.keyOf(`reset of ${email}`, undefined), resetMinutes)
      const person = await tx.row(personByEmail, { email })
      if (person?.status !== 'active' || !signsInHere(deps, person)) return
      const url = later
        .mail()
        .link('/reset', await makeToken(tx, person.id, { minutes: resetMinutes, replaces: false }))
      const text = letter({
        title: 'Choose a new password',
        lines: ['Somebody, probably you, asked for a new password of your daytwo account.'],
        action: { label: 'Choose a new password', url, validFor: `${resetMinutes} minutes` },
        footer: 'It ends all your sessions. If it was not you, do nothing: your password stays as it is.',
      })
      await later.mail().send(tx, {
        to: person.email,
        subject: 'A new password for daytwo',
        text,
        purpose: 'password-reset',
      })
      await audit(tx, contextOfPerson(person, { requestId }), {
        action: 'people.reset-asked',
        subject: `person:${person.id}`,
      })
    })
    .catch((error) => {
      if (!(error instanceof Problem && error.type === tooManyAttempts)) throw error
    })
}

/** A mailed one leaves those before it good: anybody may ask for one, also while its owner is about to use theirs. */
async function makeToken(
  tx: PlatformTx,
  personId: string,
  how: { minutes: number; replaces: boolean },
): Promise<string> {
  const token = randomToken(32)
  await tx.run(insertReset, { hash: sha256(token), personId, ...how })
  return token
}

/** For the command line: the link itself, for who cannot get mail. Good for an hour. */
export async function createResetLink(
  deps: Pick<ResetDeps, 'database' | 'baseUrl' | 'passwordsFor'>,
  ctx: Context,
  person: Person,
): Promise<string> {
  if (!signsInHere(deps, person))
    throw new Problem(forbidden, `${person.email} signs in with the identity provider, not with a password.`)
  return deps.database.platformTx('make a link for a new password', async (tx) => {
    const link = `${deps.baseUrl}/reset#token=${await makeToken(tx, person.id, { minutes: commandMinutes, replaces: true })}`
    await audit(tx, auditable(ctx), { action: 'people.reset-link-made', subject: `person:${person.id}` })
    return link
  })
}

/** Spends the link. All sessions end: whoever had the old password may have one. */
export async function resetPassword(
  deps: ResetDeps,
  token: string,
  password: string,
  requestId?: string,
): Promise<void> {
  const { database, throttle, hashNewPassword } = deps
  const hash = sha256(token)
  const person = await database.platformTx('try a link for a new password', async (tx) => {
    const tried = await tx.row(tryReset, { hash, maxTries })
    return tried && tx.row(personById, { id: tried.personId })
  })
  if (!person || !signsInHere(deps, person)) throw spent()
  const passwordHash = await hashNewPassword(password, [person.email, person.name])
  await database.platformTx('reset a password', async (tx) => {
    await tx.row(lockPerson, { id: person.id })
    if (!(await tx.row(useReset, { hash }))) throw spent()
    await tx.run(setPassword, { id: person.id, hash: passwordHash })
    await throttle.forget(tx, throttle.keyOf(person.email, undefined))
    const ended = await endSessionsOf(tx, { personId: person.id }, 'password reset')
    await audit(tx, contextOfPerson(person, { requestId }), {
      action: 'people.password-reset',
      subject: `person:${person.id}`,
      after: { endedSessions: ended },
    })
  })
}

const spent = () => new Problem(linkSpent, 'Such a link works once, within minutes, and bears five tries.')
