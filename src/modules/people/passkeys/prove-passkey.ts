/** Whether an answer of an authenticator proves who is there. */

import type { z } from 'zod'
import { randomToken } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import type { Person } from '../ports.ts'
import type { Deps } from '../second-factor/deps.ts'
import { record } from '../second-factor/record.ts'
import { challengeIn, counterWentBack, type Party, timeoutMs, userHandle, verifyAssertion } from './ceremony.ts'
import {
  insertPasskeyChallenge,
  type PasskeyPurpose,
  type PasskeyRow,
  passkeyByCredential,
  passkeysOf,
  passkeyUsed,
  takePasskeyChallenge,
} from './queries.ts'
import type { PasskeyAssertion, passkeyRequestOptions } from './schemas.ts'

/** Remembers what an authenticator will be asked to sign; only its hash is kept. */
export async function newPasskeyChallenge(tx: PlatformTx, purpose: PasskeyPurpose, personId: string | null) {
  const challenge = randomToken(32)
  await tx.run(insertPasskeyChallenge, { hash: sha256(challenge), purpose, personId, minutes: timeoutMs / 60_000 })
  return challenge
}

/** Options for `navigator.credentials.get`: of one person's passkeys after their first proof, or of whoever comes. */
export async function passkeyOptions(
  tx: PlatformTx,
  party: Party,
  personId: string | null,
): Promise<z.output<typeof passkeyRequestOptions>> {
  const challenge = await newPasskeyChallenge(tx, personId === null ? 'sign-in' : 'second-factor', personId)
  const known = personId === null ? [] : await tx.rows(passkeysOf, { personId })
  const allowCredentials = known.map(described)
  return { rpId: party.id, challenge, timeout: timeoutMs, allowCredentials, userVerification: 'required' }
}

export const described = ({ credentialId, transports }: PasskeyRow) => ({
  type: 'public-key' as const,
  id: credentialId.toString('base64url'),
  transports: [...transports],
})

type Asked = {
  readonly purpose: Exclude<PasskeyPurpose, 'registration'>
  /** Whose passkey it must be; null: whose it is, is what we want to know. */
  readonly personId: string | null
  readonly response: PasskeyAssertion
  readonly contextOf: (person: Person) => Context
}

export type ProvedPasskey = { readonly person: Person; readonly passkeyId: string }

/**
 * The person whose passkey signed what we asked for, and which it was; undefined for every kind of refusal. The challenge is spent either way, so the
 * transaction must commit either way. A counter that went back says that the key was copied, or that somebody replays: it is
 * refused and written down.
 */
export async function provePasskey(
  tx: PlatformTx,
  deps: Deps,
  { purpose, personId, response, contextOf }: Asked,
): Promise<ProvedPasskey | undefined> {
  const { party } = deps
  const challenge = challengeIn(response.response.clientDataJSON)
  if (!party.possible || challenge === undefined) return undefined
  const taken = await tx.row(takePasskeyChallenge, { hash: sha256(challenge) })
  if (!taken?.live || taken.purpose !== purpose || (taken.personId !== null && taken.personId !== personId))
    return undefined
  const passkey = await tx.row(passkeyByCredential, { credentialId: Buffer.from(response.id, 'base64url') })
  if (!passkey || (personId !== null && passkey.personId !== personId)) return undefined
  // Without a name given before, the authenticator must say whom it means, and mean who we know it to be.
  const handle = response.response.userHandle ?? (personId === null ? '' : undefined)
  if (handle !== undefined && handle !== userHandle(passkey.personId)) return undefined
  const verified = await verifyAssertion(party, challenge, passkey, response)
  if (!verified) return undefined
  const person = await deps.people.byId(tx, passkey.personId)
  if (person?.status !== 'active') return undefined
  const { id, name, counter } = passkey
  if (counterWentBack(counter, verified.counter)) {
    await record(tx, deps, contextOf(person), person, {
      action: 'people.passkey-counter-went-back',
      subject: `passkey:${id}`,
      before: { name, counter },
      after: { counter: verified.counter },
      mail: {
        subject: 'A passkey of your account may have been copied',
        text: 'A passkey of yours answered with a counter that had gone back, as a copy of it would. It was refused; in Account you can remove it.',
      },
    })
    return undefined
  }
  await tx.run(passkeyUsed, { id, counter: verified.counter, synced: verified.synced })
  return { person, passkeyId: id }
}
