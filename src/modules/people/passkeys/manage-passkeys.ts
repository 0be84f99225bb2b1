/** One's own passkeys: adding, renaming and removing them. */
import type { z } from 'zod'
import { uuidv7 } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { lockPerson } from '../queries.ts'
import { type Deps, personOf, sessionOf } from '../second-factor/deps.ts'
import { requireFresh, requireLive } from '../second-factor/fresh.ts'
import { record } from '../second-factor/record.ts'
import { afterRemoval, codesWithFirstFactor } from '../second-factor/recovery-codes.ts'
import { endSessionsOf } from '../sessions.ts'
import { algorithms, challengeIn, type Party, timeoutMs, userHandle, verifyAttestation } from './ceremony.ts'
import { passkeyKnown, passkeyNotAdded, tooManyPasskeys } from './problems.ts'
import { described, newPasskeyChallenge } from './prove-passkey.ts'
import {
  deletePasskey,
  insertPasskey,
  lockPasskey,
  type PasskeyRow,
  passkeysOf,
  renamePasskey,
  takePasskeyChallenge,
} from './queries.ts'
import type { newPasskey, passkeyCreationOptions } from './schemas.ts'

const maxPasskeys = 20

/** Options for `navigator.credentials.create`, good once and for five minutes. Throws `people/sign-in-not-fresh`. */
export async function startPasskey(
  deps: Deps,
  ctx: Context,
  party: Party,
): Promise<z.output<typeof passkeyCreationOptions>> {
  const { personId } = sessionOf(ctx)
  await requireFresh(deps, ctx)
  return deps.database.platformTx('start a passkey', async (tx) => {
    const person = await personOf(tx, deps, personId)
    const known = await tx.rows(passkeysOf, { personId })
    requireRoom(known)
    return {
      rp: { id: party.id, name: 'daytwo' },
      user: { id: userHandle(personId), name: person.email, displayName: person.name },
      challenge: await newPasskeyChallenge(tx, 'registration', personId),
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key' as const, alg })),
      timeout: timeoutMs,
      excludeCredentials: known.map(described),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
    }
  })
}

function requireRoom(known: readonly PasskeyRow[]) {
  if (known.length >= maxPasskeys) throw new Problem(tooManyPasskeys, `An account has at most ${maxPasskeys}.`)
}

/** Adds what the authenticator made. Throws `people/passkey-not-added` for whatever does not fit, `people/passkey-known` for a second time. */
export async function addPasskey(deps: Deps, ctx: Context, party: Party, input: z.output<typeof newPasskey>) {
  const { personId } = sessionOf(ctx)
  const { response } = input
  const challenge = challengeIn(response.response.clientDataJSON) ?? ''
  // Apart from what follows, so that it is spent whatever comes of it.
  const taken = await deps.database.platformTx('take a passkey challenge', (tx) =>
    tx.row(takePasskeyChallenge, { hash: sha256(challenge) }),
  )
  const asked = taken?.live && taken.purpose === 'registration' && taken.personId === personId
  const made = asked ? await verifyAttestation(party, challenge, response) : undefined
  if (!made) throw new Problem(passkeyNotAdded, 'The answer does not fit what was asked for.')
  const id = uuidv7()
  const name = input.name ?? nameFor(made.transports)
  const added = await deps.database.platformTx('add a passkey', async (tx) => {
    await tx.row(lockPerson, { id: personId })
    await requireLive(tx, ctx)
    const person = await personOf(tx, deps, personId)
    // Again: many may have begun while there was room for one.
    requireRoom(await tx.rows(passkeysOf, { personId }))
    if ((await tx.run(insertPasskey, { id, personId, name, ...made })) === 0)
      throw new Problem(passkeyKnown, 'This authenticator has a passkey that is known here.')
    const recoveryCodes = await codesWithFirstFactor(tx, personId)
    await record(tx, deps, ctx, person, {
      action: 'people.passkey-added',
      subject: `passkey:${id}`,
      after: { name, synced: made.synced },
      mail: {
        subject: 'A passkey was added to your account',
        text: 'A passkey was added to your account: with it alone, whoever holds it can sign in.',
      },
    })
    return { passkey: toReply((await tx.row(lockPasskey, { id, personId }))!), recovery_codes: recoveryCodes }
  })
  deps.changed(personId)
  return added
}

/** What it is called until somebody names it. */
function nameFor(transports: readonly string[]): string {
  if (transports.includes('internal')) return 'This device'
  return transports.includes('hybrid') ? 'Phone' : 'Security key'
}

export async function renameOwnPasskey(deps: Deps, ctx: Context, id: string, name: string) {
  return deps.database.platformTx('rename a passkey', async (tx) => {
    const { person, passkey } = await ownPasskey(tx, deps, ctx, id)
    if (passkey.name !== name) {
      await tx.run(renamePasskey, { id, name })
      await record(tx, deps, ctx, person, {
        action: 'people.passkey-renamed',
        subject: `passkey:${id}`,
        before: { name: passkey.name },
        after: { name },
      })
    }
    return toReply({ ...passkey, name })
  })
}

/** Throws `people/sign-in-not-fresh`. */
export async function removePasskey(deps: Deps, ctx: Context, id: string): Promise<void> {
  const { personId, sessionId } = sessionOf(ctx)
  await requireFresh(deps, ctx)
  await deps.database.platformTx('remove a passkey', async (tx) => {
    const { person, passkey } = await ownPasskey(tx, deps, ctx, id)
    const { name } = passkey
    await tx.run(deletePasskey, { id })
    await afterRemoval(tx, personId)
    // Which passkey opened which is not kept: a lost one must not stay signed in.
    const opened = { personId, method: 'passkey', except: sessionId } as const
    const endedSessions = await endSessionsOf(tx, opened, 'passkey removed')
    await record(tx, deps, ctx, person, {
      action: 'people.passkey-removed',
      subject: `passkey:${id}`,
      before: { name, synced: passkey.synced },
      after: { endedSessions },
      mail: {
        subject: 'A passkey was removed from your account',
        text: 'A passkey was removed from your account, and other sessions that were opened by a passkey ended.',
      },
    })
  })
  deps.changed(personId)
}

async function ownPasskey(tx: PlatformTx, deps: Deps, ctx: Context, id: string) {
  const { personId } = sessionOf(ctx)
  await tx.row(lockPerson, { id: personId })
  const person = await personOf(tx, deps, personId)
  const passkey = await tx.row(lockPasskey, { id, personId })
  if (!passkey) throw new Problem(notFound, 'No passkey of yours has this id.')
  return { person, passkey }
}

export const toReply = ({ id, name, synced, transports, createdAt, lastUsedAt }: PasskeyRow) => ({
  id,
  name,
  synced,
  transports,
  created_at: createdAt.toISOString(),
  last_used_at: lastUsedAt?.toISOString() ?? null,
})
