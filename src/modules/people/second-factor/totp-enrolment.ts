/** Connecting an authenticator app, and taking it away. */
import type { Context } from '#kernel/context/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { lockPerson } from '../queries.ts'
import { type Deps, personOf, sessionOf } from './deps.ts'
import { requireFresh, requireLive } from './fresh.ts'
import { totpExists, totpNotConfirmed } from './problems.ts'
import { deleteTotp, lockTotp, startTotp, totpUsed } from './queries.ts'
import { record } from './record.ts'
import { afterRemoval, codesWithFirstFactor } from './recovery-codes.ts'
import { newTotp, stepOfCode } from './totp.ts'
import { openSecret, sealSecret } from './totp-secret.ts'

export const confirmWithinMinutes = 30

/** A new secret, in force once a code confirms it; one that waits for that is replaced. Throws `people/totp-exists`. */
export async function startOwnTotp(deps: Deps, ctx: Context): Promise<{ secret: string; uri: string }> {
  const { personId } = sessionOf(ctx)
  await requireFresh(deps, ctx)
  return deps.database.platformTx('start an authenticator app', async (tx) => {
    const { email } = await personOf(tx, deps, personId)
    const made = await newTotp(email)
    if ((await tx.run(startTotp, { personId, secret: sealSecret(deps, made.secret, personId) })) === 0)
      throw new Problem(totpExists, 'Codes of another secret are in force.')
    return made
  })
}

/** From now on codes are asked for; recovery codes come with the first factor. Throws `people/totp-not-confirmed`. */
export async function confirmOwnTotp(deps: Deps, ctx: Context, code: string): Promise<string[] | null> {
  const { personId } = sessionOf(ctx)
  const codes = await deps.database.platformTx('confirm an authenticator app', async (tx) => {
    await tx.row(lockPerson, { id: personId })
    await requireLive(tx, ctx)
    const person = await personOf(tx, deps, personId)
    const row = await tx.row(lockTotp, { personId, minutes: confirmWithinMinutes })
    if (row?.confirmedAt) throw new Problem(totpExists, 'It is in force already.')
    const step = row && !row.stale && (await stepOfCode(openSecret(deps, row.secret, personId), code, row.seconds))
    if (!step) throw new Problem(totpNotConfirmed, 'The code is not of the secret that was shown last.')
    await tx.run(totpUsed, { personId, step })
    const recoveryCodes = await codesWithFirstFactor(tx, personId)
    await record(tx, deps, ctx, person, {
      action: 'people.totp-added',
      before: { totp: false },
      after: { totp: true },
      mail: {
        subject: 'An authenticator app was connected to your account',
        text: 'An authenticator app was connected to your account; its codes are asked for when you sign in.',
      },
    })
    return recoveryCodes
  })
  deps.changed(personId)
  return codes
}

/** Throws `people/sign-in-not-fresh`. One that was never confirmed goes too. */
export async function removeOwnTotp(deps: Deps, ctx: Context): Promise<void> {
  const { personId } = sessionOf(ctx)
  await requireFresh(deps, ctx)
  await deps.database.platformTx('remove an authenticator app', async (tx) => {
    await tx.row(lockPerson, { id: personId })
    const person = await personOf(tx, deps, personId)
    const row = await tx.row(lockTotp, { personId, minutes: confirmWithinMinutes })
    if (!row) throw new Problem(notFound, 'No authenticator app is connected.')
    await tx.run(deleteTotp, { personId })
    if (!row.confirmedAt) return
    await afterRemoval(tx, personId)
    await record(tx, deps, ctx, person, {
      action: 'people.totp-removed',
      before: { totp: true },
      after: { totp: false },
      mail: {
        subject: 'The authenticator app was removed from your account',
        text: 'The authenticator app was removed from your account; its codes are no longer asked for.',
      },
    })
  })
  deps.changed(personId)
}
