/** Whether somebody we know of proves who they are with a second factor. */
import type { Context } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { provePasskey } from '../passkeys/prove-passkey.ts'
import type { PasskeyAssertion } from '../passkeys/schemas.ts'
import type { Person } from '../ports.ts'
import type { Deps } from './deps.ts'
import { lockTotp, totpFailed, totpUsed } from './queries.ts'
import { record } from './record.ts'
import { takeRecoveryCode } from './recovery-codes.ts'
import { lockMinutes, stepOfCode } from './totp.ts'
import { confirmWithinMinutes } from './totp-enrolment.ts'
import { openSecret } from './totp-secret.ts'

export type Proof =
  | { readonly method: 'totp' | 'recovery-code'; readonly code: string }
  | { readonly method: 'passkey'; readonly response: PasskeyAssertion }

/**
 * False for every kind of refusal, so that nothing is learnt from it. What it costs (a try, a challenge) is written in `tx`, which
 * must commit either way. `asked` says what a passkey's options were for.
 */
export async function prove(
  tx: PlatformTx,
  deps: Deps,
  ctx: Context,
  person: Person,
  proof: Proof,
  asked: 'sign-in' | 'second-factor',
): Promise<boolean> {
  if (proof.method === 'passkey') {
    const whose = { purpose: asked, personId: person.id, response: proof.response, contextOf: () => ctx }
    return (await provePasskey(tx, deps, whose)) !== undefined
  }
  const take = proof.method === 'totp' ? takeTotp : takeRecoveryCode
  return take(tx, deps, ctx, person, proof.code)
}

/** A code counts once, and so do all older ones: what was seen over a shoulder is worth nothing. */
async function takeTotp(tx: PlatformTx, deps: Deps, ctx: Context, person: Person, code: string): Promise<boolean> {
  const personId = person.id
  const row = await tx.row(lockTotp, { personId, minutes: confirmWithinMinutes })
  if (!row?.confirmedAt) return false
  const step = await stepOfCode(openSecret(deps, row.secret, personId), code, row.seconds)
  // While locked nothing is counted and nothing is told: not even that the code was right.
  if (row.locked) return false
  if (step !== undefined && step > row.lastStep) {
    await tx.run(totpUsed, { personId, step })
    return true
  }
  const failures = row.failures + 1
  const minutes = lockMinutes(failures)
  await tx.run(totpFailed, { personId, failures, minutes })
  if (minutes > 0)
    await record(tx, deps, ctx, person, {
      action: 'people.totp-locked',
      before: { failures: row.failures },
      after: { failures, minutes },
      mail: {
        subject: 'Wrong codes were entered for your account',
        text: `Somebody who got past your first proof, most likely your password, entered ${failures} wrong codes. For ${minutes} minutes no code of your authenticator app is accepted; recovery codes and passkeys are.`,
      },
    })
  return false
}
