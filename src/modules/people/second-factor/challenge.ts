/** Between the first proof and the second: a token for five minutes, five tries and one sign-in. */
import { z } from 'zod'
import { randomToken } from '#kernel/clock/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Party } from '../passkeys/ceremony.ts'
import { passkeyRefused } from '../passkeys/problems.ts'
import { type ProvedPasskey, passkeyOptions, provePasskey } from '../passkeys/prove-passkey.ts'
import type { PasskeyAssertion } from '../passkeys/schemas.ts'
import { contextOfPerson } from '../person-context.ts'
import type { FirstProof, Person, SecondFactors, SignInMethod } from '../ports.ts'
import type { Deps } from './deps.ts'
import { secondFactorExpired, secondFactorRefused } from './problems.ts'
import { type Proof, prove } from './prove.ts'
import { factorsOf, insertChallenge, readChallenge, spendChallenge, tryChallenge } from './queries.ts'
import { record } from './record.ts'

const challengeMinutes = 5
const tries = 5

const firstProof = z.object({
  method: z.custom<SignInMethod>((value) => typeof value === 'string'),
  tenantId: z.string().nullable().optional(),
  transport: z.enum(['cookie', 'bearer']).optional(),
  passwordSince: z.string().nullable().optional(),
})

/** Strongest first. Recovery codes alone are no factor. */
export async function methodsOf({ database }: Deps, personId: string): ReturnType<SecondFactors['methodsOf']> {
  const row = await database.platformTx('second factors', (tx) => tx.row(factorsOf, { ids: [personId] }))
  const { totp, passkeys, recoveryCodes } = row!
  if (!totp && passkeys === 0) return []
  return [
    ...(passkeys > 0 ? (['passkey'] as const) : []),
    ...(totp ? (['totp'] as const) : []),
    ...(recoveryCodes > 0 ? (['recovery-code'] as const) : []),
  ]
}

export async function openChallenge(
  deps: Deps,
  person: Person,
  how: FirstProof,
): ReturnType<SecondFactors['openChallenge']> {
  const methods = await methodsOf(deps, person.id)
  const { party } = deps
  const challenge = randomToken(32)
  const { method, tenantId, transport, passwordSince } = how
  const stored = JSON.stringify({ method, tenantId, transport, passwordSince })
  return deps.database.platformTx('open a second-factor challenge', async (tx) => {
    const row = { hash: sha256(challenge), personId: person.id, how: stored, minutes: challengeMinutes }
    await tx.run(insertChallenge, row)
    const withPasskey = party.possible && methods.includes('passkey')
    return {
      status: 'second-factor',
      challenge,
      methods: [...methods],
      ...(withPasskey ? { passkey_options: await passkeyOptions(tx, party, person.id) } : {}),
    }
  })
}

/** Options for a passkey: of whoever began that sign-in, or without a challenge of anybody. Throws `people/second-factor-expired`. */
export async function optionsFor({ database }: Deps, party: Party, challenge: string | undefined) {
  return database.platformTx('passkey options', async (tx) => {
    if (challenge === undefined) return passkeyOptions(tx, party, null)
    const open = await tx.row(readChallenge, { hash: sha256(challenge), tries })
    if (!open) throw expired()
    return passkeyOptions(tx, party, open.personId)
  })
}

const expired = () => new Problem(secondFactorExpired, 'There is no sign-in that waits for this.')

/**
 * The second proof of a sign-in. Throws `people/second-factor-expired` when the challenge is unknown, old, used or tried out, and
 * `people/second-factor-refused` for everything else. `admit` throws where the request may not end that sign-in; nothing is counted then.
 */
export async function completeChallenge(
  deps: Deps,
  challenge: string,
  proof: Proof,
  { requestId, admit }: { requestId: string; admit: (how: FirstProof) => void },
): Promise<{ person: Person; how: FirstProof }> {
  const hash = sha256(challenge)
  // Thrown after the commit: a refused try must stay counted.
  const done = await deps.database.platformTx('prove a second factor', async (tx) => {
    const open = await tx.row(tryChallenge, { hash, tries })
    if (!open) return 'expired'
    const person = await deps.people.byId(tx, open.personId)
    if (person?.status !== 'active') return 'expired'
    const how = firstProof.parse(open.how)
    admit(how)
    const ctx = contextOfPerson(person, { tenantId: how.tenantId, requestId })
    if (await prove(tx, deps, ctx, person, proof, 'second-factor')) {
      await tx.run(spendChallenge, { hash })
      return { person, how }
    }
    await record(tx, deps, ctx, person, { action: 'people.second-factor-refused', after: { method: proof.method } })
    return 'refused'
  })
  if (done === 'expired') throw expired()
  if (done === 'refused') throw new Problem(secondFactorRefused, 'This does not prove who you are.')
  return done
}

/** Who signs in with nothing but a passkey. Throws `people/passkey-refused`. */
export async function personOfPasskey(
  deps: Deps,
  response: PasskeyAssertion,
  requestId: string,
): Promise<ProvedPasskey> {
  const contextOf = (person: Person) => contextOfPerson(person, { requestId })
  const asked = { purpose: 'sign-in', personId: null, response, contextOf } as const
  const proved = await deps.database.platformTx('prove a passkey', (tx) => provePasskey(tx, deps, asked))
  if (!proved || !deps.signsInHere(proved.person)) throw new Problem(passkeyRefused, 'It does not prove who you are.')
  return proved
}
