/** Ten codes for the day the device is gone: random, hashed, each good once, shown once. */
import { randomToken } from '#kernel/clock/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Person } from '../ports.ts'
import { lockPerson } from '../queries.ts'
import { type Deps, personOf, sessionOf } from './deps.ts'
import { requireFresh } from './fresh.ts'
import { noSecondFactor } from './problems.ts'
import { deleteRecoveryCodes, factorsOf, insertRecoveryCodes, useRecoveryCode } from './queries.ts'
import { record } from './record.ts'

const codes = 10
/** Of 5 bits each: 80 bits, which nobody guesses, so a fast hash is enough. */
const characters = 16
/** Crockford's: none that is mistaken for another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

const newCode = () =>
  [...Buffer.from(randomToken(characters), 'base64url')]
    .map((byte) => alphabet[byte & 31])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')

/** As it may be typed: any case, any grouping, O for 0, I and L for 1. */
const normal = (code: string) =>
  code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')

const hashOf = (personId: string, code: string) => sha256(`${personId}:${normal(code)}`)

/** New codes in place of all there were. */
export async function replaceRecoveryCodes(tx: PlatformTx, personId: string): Promise<string[]> {
  const made = Array.from({ length: codes }, newCode)
  await tx.run(deleteRecoveryCodes, { personId })
  await tx.run(insertRecoveryCodes, { personId, hashes: made.map((code) => hashOf(personId, code)) })
  return made
}

/** Spends a code; false where it is not one of the person's unused ones. */
export async function takeRecoveryCode(
  tx: PlatformTx,
  deps: Deps,
  ctx: Context,
  person: Person,
  code: string,
): Promise<boolean> {
  if ((await tx.run(useRecoveryCode, { personId: person.id, hash: hashOf(person.id, code) })) === 0) return false
  const left = (await tx.row(factorsOf, { ids: [person.id] }))!.recoveryCodes
  await record(tx, deps, ctx, person, {
    action: 'people.recovery-code-used',
    before: { left: left + 1 },
    after: { left },
    mail: {
      subject: 'A recovery code of your account was used',
      text: `A recovery code was used to prove that it is you. ${left} are left; new ones can be made in Account.`,
    },
  })
  return true
}

/** The first factor brings codes with it; null where there are some. */
export async function codesWithFirstFactor(tx: PlatformTx, personId: string): Promise<string[] | null> {
  const { recoveryCodes } = (await tx.row(factorsOf, { ids: [personId] }))!
  return recoveryCodes > 0 ? null : replaceRecoveryCodes(tx, personId)
}

/** Codes stand in for a factor: without any they are worth nothing, and go. */
export async function afterRemoval(tx: PlatformTx, personId: string): Promise<void> {
  const { totp, passkeys } = (await tx.row(factorsOf, { ids: [personId] }))!
  if (!totp && passkeys === 0) await tx.run(deleteRecoveryCodes, { personId })
}

/** New codes in place of the old. Throws `people/sign-in-not-fresh` and `people/no-second-factor`. */
export async function renewRecoveryCodes(deps: Deps, ctx: Context): Promise<string[]> {
  const { personId } = sessionOf(ctx)
  await requireFresh(deps, ctx)
  return deps.database.platformTx('renew recovery codes', async (tx) => {
    await tx.row(lockPerson, { id: personId })
    const person = await personOf(tx, deps, personId)
    const { totp, passkeys, recoveryCodes: left } = (await tx.row(factorsOf, { ids: [personId] }))!
    if (!totp && passkeys === 0) throw new Problem(noSecondFactor, 'Recovery codes stand in for a second factor.')
    const made = await replaceRecoveryCodes(tx, personId)
    await record(tx, deps, ctx, person, {
      action: 'people.recovery-codes-renewed',
      before: { left },
      after: { left: made.length },
      mail: {
        subject: 'New recovery codes were made for your account',
        text: 'New recovery codes were made for your account; the earlier ones no longer work.',
      },
    })
    return made
  })
}
