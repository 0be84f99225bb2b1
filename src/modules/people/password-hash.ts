/**
 * Argon2id with the parameters OWASP names first for little memory (19 MiB, two passes, one lane). Each costs some 50 ms of a
 * processor: two run at once, thirty wait, more are refused.
 */
import type { Options } from '@node-rs/argon2'
import { makeGate } from './gate.ts'

/** Argon2id; the library's enum exists for its types only. */
const argon2id = 2
const options = { algorithm: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options
const current = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/
const atOnce = 2
const maxWaiting = 30

const gate = makeGate(atOnce, maxWaiting)
/** The same text typed on different systems has different code points; one form is hashed. Nothing is cut off. */
const canonical = (password: string) => password.normalize('NFC')
const library = () => import('@node-rs/argon2')

/** A hash of nothing anybody could type, for accounts that do not exist: they cost what others cost. */
let dummy: Promise<string> | undefined

export const refuseWhenBusy = (): void => gate.refuseWhenFull()

/** In PHC format. Throws `people/busy`. */
export const hashPassword = (password: string): Promise<string> =>
  gate.run(async () => (await library()).hash(canonical(password), options))

/** With no hash, false after the same work. Throws `people/busy`. */
export const verifyPassword = (hash: string | null | undefined, password: string): Promise<boolean> =>
  gate.run(async () => {
    const { hash: make, verify } = await library()
    dummy ??= make('\0 nobody', options)
    const right = await verify(hash ?? (await dummy), canonical(password)).catch(() => false)
    return right && typeof hash === 'string'
  })

/** True for a hash made with other parameters than today's. */
export const isOutdated = (hash: string): boolean => !current.test(hash)
