/** Signing in with a password. What is answered, and how long it takes, says nothing of whether the account exists. */
import { Counter } from 'prom-client'
import { audit } from '#kernel/audit/index.ts'
import { defaultTenantId } from '#kernel/context/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { metrics } from '#kernel/telemetry/index.ts'
import { hashPassword, isOutdated, refuseWhenBusy, verifyPassword } from './password-hash.ts'
import type { Person } from './ports.ts'
import { busy, wrongCredentials } from './problems.ts'
import { personByEmail, replacePassword } from './queries.ts'
import { lockMinutes, maxFailures, type Throttle } from './throttle.ts'

const signIns = new Counter({
  name: 'daytwo_password_checks_total',
  help: 'Passwords that were looked at, by whether they were right.',
  labelNames: ['outcome'],
  registers: [metrics],
})

export type PasswordDeps = {
  readonly database: Database
  readonly throttle: Throttle
  /** Whom what daytwo itself checks, a password or a passkey, lets in at all. */
  readonly passwordsFor: () => 'everybody' | 'platform-admins'
}
/** Where an identity provider signs people in, nobody but platform administrators comes past it. */
export const signsInHere = ({ passwordsFor }: Pick<PasswordDeps, 'passwordsFor'>, { platformRole }: Person): boolean =>
  passwordsFor() === 'everybody' || platformRole === 'platform_admin'

type Credentials = {
  readonly email: string
  readonly password: string
  /** The cookie of a browser that may be known. */
  readonly device?: string | undefined
  /** Whose count the attempt goes to, where it is no sign-in. */
  readonly count?: Buffer | undefined
  readonly requestId?: string | undefined
}

/** The person whose password this is, and which password that is. Throws `people/wrong-credentials`, `people/too-many-attempts`, `people/busy`. */
export async function checkPassword(
  deps: PasswordDeps,
  { email, password, device, count, requestId }: Credentials,
): Promise<Person & { passwordSince: string | null }> {
  const { database, throttle } = deps
  refuseWhenBusy()
  const key = count ?? throttle.keyOf(email, device)
  const { failures, person } = await database.platformTx('attempt to sign in', async (tx) => ({
    failures: await throttle.take(tx, key),
    person: await tx.row(personByEmail, { email }),
  }))
  const admitted = person?.status === 'active' && signsInHere(deps, person)
  const right = await verifyPassword(admitted ? person.passwordHash : null, password).catch(async (error) => {
    if (error instanceof Problem && error.type === busy) await throttle.giveBack(key)
    throw error
  })
  signIns.inc({ outcome: right ? 'right' : 'wrong' })
  if (person && right) {
    const was = person.passwordHash!
    // When it is busy, the next time.
    const hash = isOutdated(was) ? await hashPassword(password).catch(() => undefined) : undefined
    await database.platformTx('a right password', async (tx) => {
      await throttle.forget(tx, key)
      if (hash) await tx.run(replacePassword, { id: person.id, was, hash, changed: false })
    })
    return person
  }
  if (failures >= maxFailures) await database.platformTx('a password is locked', (tx) => auditLock(tx, key, requestId))
  throw new Problem(wrongCredentials, 'No active account has this e-mail address and this password.')
}

/** Named by the count's key, so that the entry is the same for an account that does not exist. */
const auditLock = (tx: Parameters<typeof audit>[0], key: Buffer, requestId: string | undefined) =>
  audit(
    tx,
    {
      tenantId: defaultTenantId,
      actor: { type: 'job', id: 'sign-in', name: 'sign-in' },
      permissions: new Set(),
      requestId,
    },
    {
      action: 'people.sign-in-locked',
      subject: `sign-in:${key.toString('hex').slice(0, 16)}`,
      after: { failures: maxFailures, minutes: lockMinutes },
    },
  )
