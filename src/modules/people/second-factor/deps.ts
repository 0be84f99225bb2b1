/** What everything around second factors works with, and who acts. */
import type { Context } from '#kernel/context/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import { forbidden, notFound, Problem } from '#kernel/errors/index.ts'
import type { RelyingParty } from '../passkeys/relying-party.ts'
import type { PeoplePort, Person, SendsMail } from '../ports.ts'

export type Deps = {
  readonly database: Database
  /** Seals the secrets of authenticator apps. */
  readonly key: Uint8Array
  readonly party: RelyingParty
  readonly people: Pick<PeoplePort, 'byId' | 'signIn' | 'requireSameOrigin' | 'requireFreshProof'>
  /** Whether somebody may sign in with a passkey and nothing else. */
  readonly signsInHere: (person: Person) => boolean
  readonly mail: () => SendsMail
  /** Said after a factor came or went, so that nothing remembered outlives it. */
  readonly changed: (personId: string) => void
}

/** The signed-in person's session; keys and commands have neither account nor factors. */
export function sessionOf(ctx: Context): { personId: string; sessionId: string } {
  const { actor, sessionId } = ctx
  if (actor.type !== 'person' || sessionId === undefined)
    throw new Problem(forbidden, 'Only a person who is signed in has an account.')
  return { personId: actor.id, sessionId }
}

export async function personOf(tx: PlatformTx, { people }: Deps, id: string): Promise<Person> {
  const person = await people.byId(tx, id)
  if (!person) throw new Problem(notFound, 'No person has this id.')
  return person
}
