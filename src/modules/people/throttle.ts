/**
 * Five failures lock an account's password for 15 minutes, whether the account exists or not. A browser in which that person
 * signed in before has a count of its own, so that who knows an address can shut its owner out of nothing but new browsers.
 */
import { randomToken } from '#kernel/clock/index.ts'
import { deriveKey, hmacSha256, safeEqual } from '#kernel/crypto/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { tooManyAttempts } from './problems.ts'
import { forgetAttempts, giveAttemptBack, takeAttempt } from './queries.ts'

export const maxFailures = 5
export const lockMinutes = 15

export type Throttle = {
  /** Whose count an attempt goes to. */
  keyOf(email: string, deviceCookie: string | undefined): Buffer
  /** The count of somebody who is signed in and proves it again. */
  keyOfPerson(id: string): Buffer
  /** A value for the browser's cookie; the same when it is good already. */
  deviceFor(email: string, deviceCookie: string | undefined): string
  /** Counts an attempt; throws `people/too-many-attempts` while locked, for 15 minutes unless given. Returns how many in a row this makes. */
  take(tx: PlatformTx, key: Buffer, minutes?: number): Promise<number>
  giveBack(key: Buffer): Promise<void>
  /** Success: all is forgotten. */
  forget(tx: PlatformTx, key: Buffer): Promise<void>
}

export function makeThrottle(database: Database, appKey: string): Throttle {
  const secret = deriveKey(appKey, 'people.throttle')
  const accountKey = (email: string) => hmacSha256(secret, `account:${email.toLowerCase()}`)
  const signature = (email: string, random: string) => hmacSha256(secret, `device:${email.toLowerCase()}:${random}`)

  /** The device's random part, when the cookie was given to it for this account. */
  function knownDevice(email: string, cookie: string | undefined): string | undefined {
    const [random, signed, ...rest] = cookie?.split('.') ?? []
    if (!random || !signed || rest.length > 0) return undefined
    return safeEqual(Buffer.from(signed, 'base64url'), signature(email, random)) ? random : undefined
  }

  return {
    keyOf(email, cookie) {
      const device = knownDevice(email, cookie)
      return device === undefined ? accountKey(email) : hmacSha256(secret, `known:${email.toLowerCase()}:${device}`)
    },
    keyOfPerson: (id) => hmacSha256(secret, `person:${id}`),
    deviceFor(email, cookie) {
      if (cookie !== undefined && knownDevice(email, cookie) !== undefined) return cookie
      const random = randomToken(16)
      return `${random}.${signature(email, random).toString('base64url')}`
    },
    async take(tx, key, minutes = lockMinutes) {
      // No row: somebody else locked it in this very moment.
      const taken = await tx.row(takeAttempt, { key, maxFailures, minutes })
      if (taken?.allowed) return taken.failures
      throw new Problem(
        tooManyAttempts,
        `After ${maxFailures} failures a password is not looked at for ${minutes} minutes.`,
        { extension: { retryAfterSeconds: taken?.waitSeconds ?? minutes * 60 } },
      )
    },
    async giveBack(key) {
      await database.platformTx('give an attempt back', (tx) => tx.run(giveAttemptBack, { key }))
    },
    async forget(tx, key) {
      await tx.run(forgetAttempts, { key })
    },
  }
}
