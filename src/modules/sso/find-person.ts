/** Whose identity this is: known, joined to a person now, or of somebody new. */
import { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, defaultTenantId } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { readPlatformSetting } from '#kernel/settings/index.ts'
import type { Deps, Outside, Person } from './deps.ts'
import { accountDisabled, emailNotVerified, noAccount, noEmail } from './problems.ts'
import { insertIdentity, lockIdentity, useIdentity } from './queries.ts'
import { linkVerifiedEmail } from './settings.ts'

/** What may happen with an identity that is not known yet. */
export type FirstTime = {
  /** Makes a person; false: only people who exist already get in. */
  readonly mayCreate: boolean
  /** The provider need not vouch for the address of a new person, for whoever runs the installation chose the one directory. */
  readonly trustsAddress: boolean
  /** Whom an address that the provider vouches for may be joined to. */
  readonly mayJoin: (person: Person) => boolean
  /** The person of an account that nobody had yet (`unclaimed.ts`): joining by address being off does not keep this one out. */
  readonly claims?: string | undefined
}

/** What is done in signing in is done by the person; a platform's matter stands in the default tenant. */
export const contextOf = (
  person: Pick<Person, 'id' | 'name'>,
  requestId: string,
  tenantId = defaultTenantId,
): Context => ({
  tenantId,
  actor: { type: 'person', id: person.id, name: person.name },
  permissions: new Set(),
  requestId,
})

const address = z.email().max(254)
/** An address in the one spelling that persons have, or undefined for what is none. */
export const toAddress = (text: unknown): string | undefined => {
  const parsed = address.safeParse(typeof text === 'string' ? text.trim().toLowerCase() : undefined)
  return parsed.success ? parsed.data : undefined
}

/** Throws the problems of this module. What it wrote stays written even when signing in fails later. */
export function findPerson(
  { database, people }: Deps,
  requestId: string,
  who: Outside,
  first: FirstTime,
): Promise<Person> {
  return database.platformTx('find whose identity this is', async (tx) => {
    await tx.run(lockIdentity, who)
    const known = await tx.row(useIdentity, { issuer: who.issuer, subject: who.subject, email: who.email ?? null })
    const person = known ? await people.byId(tx, known.personId) : await firstTime(tx, requestId, who, first, people)
    if (!person) throw new Problem(noAccount, 'The person of this identity is gone.')
    if (person.status !== 'active') throw new Problem(accountDisabled, 'The person is disabled.')
    return person
  })
}

async function firstTime(
  tx: PlatformTx,
  requestId: string,
  who: Outside,
  { mayCreate, trustsAddress, mayJoin, claims }: FirstTime,
  people: Deps['people'],
): Promise<Person> {
  const { email, verified } = who
  if (email === undefined) throw new Problem(noEmail, 'There is no e-mail address in what the provider says.')
  const existing = await people.byEmail(tx, email)
  if (existing) {
    if (!verified || !(existing.id === claims || (await readPlatformSetting(tx, linkVerifiedEmail))))
      throw new Problem(emailNotVerified, 'The provider does not vouch for the address, or joining by address is off.')
    if (!mayJoin(existing)) throw new Problem(noAccount, 'This account cannot be joined this way.')
    return join(tx, requestId, who, existing, 'sso.identity-joined')
  }
  if (!mayCreate) throw new Problem(noAccount, 'Nobody here has the address.')
  if (!verified && !trustsAddress)
    throw new Problem(emailNotVerified, 'The provider does not vouch for the address of somebody new.')
  const created = await people.create(tx, { email, name: who.name.slice(0, 200) || email })
  return join(tx, requestId, who, created, 'sso.person-created')
}

async function join(tx: PlatformTx, requestId: string, who: Outside, person: Person, action: string): Promise<Person> {
  const { issuer, subject, email } = who
  const written = await tx.run(insertIdentity, { issuer, subject, personId: person.id, email: email ?? null })
  // Another account there is theirs already: this one only came by the same address.
  if (written === 0) throw new Problem(emailNotVerified, 'The person signs in with another account of this provider.')
  await audit(tx, contextOf(person, requestId), {
    action,
    subject: `person:${person.id}`,
    after: { issuer, subject, email },
  })
  return person
}
