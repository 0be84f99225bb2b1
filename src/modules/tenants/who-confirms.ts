/** Whoever opens a mailed link: somebody with an account signs in as themselves, somebody without makes one. */
import type { Context } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { type Fault, invalidRequest, Problem } from '#kernel/errors/index.ts'
import type { NewPerson, PeoplePort, Person } from '#modules/people/index.ts'
import { otherPerson, signInFirst } from './problems.ts'

/**
 * The person whom a link for `email` is for, or undefined where no account has this address. A link proves that its mail was read and
 * no more: for an account that exists it neither signs in nor sets a password, even where that account has none.
 */
export async function whoMayConfirm(
  tx: PlatformTx,
  people: PeoplePort,
  caller: Context | undefined,
  email: string,
): Promise<Person | undefined> {
  const signedIn = caller?.actor.type === 'person' ? await people.byId(tx, caller.actor.id) : undefined
  if (signedIn && signedIn.email !== email)
    throw new Problem(otherPerson, `You are signed in as ${signedIn.email}; the link is for another address.`)
  if (signedIn) return signedIn
  if (await people.byEmail(tx, email)) throw new Problem(signInFirst, 'The address of this link has an account.')
  return undefined
}

type Given = { readonly name?: string | undefined; readonly password?: string | undefined }
/** Where a newcomer signs in; undefined: here, with the password they choose. */
export type Elsewhere = Awaited<ReturnType<PeoplePort['provider']>>

/** Throws `invalid-request` for a password where none lets a newcomer in: it would be a secret kept for nothing. */
export async function signInElsewhere(people: PeoplePort, { password }: Given): Promise<Elsewhere> {
  const elsewhere = await people.provider()
  if (elsewhere && password !== undefined)
    throw new Problem(invalidRequest, 'People sign in with the identity provider here, not with a password.', {
      errors: [
        { pointer: '#/password', detail: 'leave it out and sign in with the identity provider', code: 'unexpected' },
      ],
    })
  return elsewhere
}

/**
 * A new person for `email`, with the password checked and hashed; without one, and named by the address if need be, where they sign in
 * elsewhere. Call it outside transactions.
 */
export async function newcomer(
  people: PeoplePort,
  email: string,
  { name, password }: Given,
  words: readonly string[],
  elsewhere: Elsewhere,
): Promise<NewPerson> {
  if (elsewhere) return { email, name: name ?? email.slice(0, email.lastIndexOf('@')).slice(0, 200) }
  const missing: Fault[] = []
  if (name === undefined) missing.push({ pointer: '#/name', detail: 'needed to make the account', code: 'required' })
  if (password === undefined)
    missing.push({ pointer: '#/password', detail: 'needed to make the account', code: 'required' })
  if (name === undefined || password === undefined)
    throw new Problem(invalidRequest, 'The account is still to be made.', { errors: missing })
  const passwordHash = await people.hashNewPassword(password, [email, name, ...words], '#/password')
  return { email, name, passwordHash }
}
