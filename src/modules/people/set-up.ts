/** The first administrator: by the one-time link that the first start prints, or by two variables of the environment. */
import { audit } from '#kernel/audit/index.ts'
import { randomToken } from '#kernel/clock/index.ts'
import { commandContext } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { makeGate } from './gate.ts'
import { contextOfPerson } from './person-context.ts'
import { createPerson } from './persons.ts'
import type { Later, PeoplePort, Person } from './ports.ts'
import { linkSpent } from './problems.ts'
import { countAdmins, insertSetupToken, lockAdmins, personByEmail, setupTokenIsGood, useSetupToken } from './queries.ts'

const setupHours = 24
/** One after the other: of many with one link all but the first find it spent before anything is hashed. */
const gate = makeGate(1, 100)

export type SetUpDeps = {
  readonly database: Database
  readonly later: Pick<Later, 'addOwner'>
  readonly hashNewPassword: PeoplePort['hashNewPassword']
}
type Admin = { readonly email: string; readonly name: string; readonly password: string }

/**
 * A link to the console's set-up page, good once and for a day; the token stands in the fragment, which browsers send to
 * nobody. `further` makes one more administrator: for who holds the machine and cannot get in.
 */
export async function createSetupUrl(
  database: Database,
  baseUrl: string,
  purpose: 'first' | 'further',
): Promise<string> {
  const token = randomToken(32)
  await database.platformTx('create a set-up link', async (tx) => {
    await tx.run(insertSetupToken, { hash: sha256(token), hours: setupHours, purpose })
    // The first is printed by every start until it is used; a further one is somebody's deed.
    if (purpose === 'further')
      await audit(tx, commandContext('setup:url'), {
        action: 'people.setup-link-made',
        subject: 'setup_link',
        after: { hours: setupHours },
      })
  })
  return `${baseUrl}/setup#token=${token}`
}

/** Whether there ever was an administrator; until then every start prints a link. */
export const wasSetUp = (database: Database): Promise<boolean> =>
  database.platformTx('was set up', async (tx) => (await tx.row(countAdmins, undefined))!.ever > 0)

/** Spends the link for a new administrator. Of many at the same moment, with one link or several, one is the first. */
export const setUp = (deps: SetUpDeps, token: string, admin: Admin, requestId?: string): Promise<Person> =>
  gate.run(() => spendLink(deps, token, admin, requestId))

async function spendLink(
  { database, later, hashNewPassword }: SetUpDeps,
  token: string,
  { email, name, password }: Admin,
  requestId: string | undefined,
): Promise<Person> {
  const hash = sha256(token)
  const { good } = await database.platformTx('set-up link', async (tx) => (await tx.row(setupTokenIsGood, { hash }))!)
  if (!good) throw spent()
  const passwordHash = await hashNewPassword(password, [email, name])
  return database.platformTx('set up', async (tx) => {
    await tx.row(lockAdmins, undefined)
    const used = await tx.row(useSetupToken, { hash })
    if (!used) throw spent()
    const { ever } = (await tx.row(countAdmins, undefined))!
    if (used.purpose === 'first' && ever > 0) throw spent()
    const person = await createPerson(tx, { email, name, passwordHash, platformRole: 'platform_admin' })
    const ctx = contextOfPerson(person, { requestId })
    if (ever === 0) await later.addOwner(tx, person.id)
    await audit(tx, ctx, {
      action: 'people.administrator-made',
      subject: `person:${person.id}`,
      after: { email, by: ever === 0 ? 'first set-up link' : 'further set-up link' },
    })
    return person
  })
}

/** Makes the administrator that the environment names, when there never was one. Returns whether it did. */
export async function ensureFirstAdmin(
  { database, later, hashNewPassword }: SetUpDeps,
  { email, password }: Pick<Admin, 'email' | 'password'>,
): Promise<boolean> {
  if (await wasSetUp(database)) return false
  const passwordHash = await hashNewPassword(password, [email], 'DAYTWO_ADMIN_PASSWORD')
  return database.platformTx('first administrator of the environment', async (tx) => {
    await tx.row(lockAdmins, undefined)
    if ((await tx.row(countAdmins, undefined))!.ever > 0 || (await tx.row(personByEmail, { email }))) return false
    const name = email.split('@', 1)[0]!
    const person = await createPerson(tx, { email, name, passwordHash, platformRole: 'platform_admin' })
    const ctx = contextOfPerson(person)
    await later.addOwner(tx, person.id)
    await audit(tx, ctx, {
      action: 'people.administrator-made',
      subject: `person:${person.id}`,
      after: { email, by: 'DAYTWO_ADMIN_EMAIL' },
    })
    return true
  })
}

const spent = () => new Problem(linkSpent, 'A set-up link makes one administrator within a day of its making.')
