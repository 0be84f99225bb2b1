/** Time and random ids enter the product only here, so that tests can own them. Leases and due times use `app.now()`. */
import { randomBytes, randomFillSync, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/** Wall clock of this process: for labels and logs, never for leases, expiry or due times (those are the database's). */
export const now = (): Date => new Date()

/** Milliseconds on a clock that never steps; only differences mean anything. */
export const monotonicMs = (): number => performance.now()

/** URL-safe random text with `bytes` bytes of entropy. */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url')

export const randomId = (): string => randomUUID()

/** Random bytes are asked for by the page: one call each costs more than the rest of an id. */
const pool = Buffer.allocUnsafe(4096)
let unused = 0
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** A UUID version 7 (RFC 9562): time-ordered, so that primary keys grow at one end. */
export function uuidv7(): string {
  if (unused === 0) {
    randomFillSync(pool)
    unused = pool.length / 16
  }
  const at = --unused * 16
  const byte = (index: number) => hexOf[pool[at + index]!]!
  const time = Date.now().toString(16).padStart(12, '0')
  const version = hexOf[0x70 | (pool[at]! & 0x0f)]! + byte(1)
  const variant = hexOf[0x80 | (pool[at + 2]! & 0x3f)]! + byte(3)
  const tail = byte(4) + byte(5) + byte(6) + byte(7) + byte(8) + byte(9)
  return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${tail}`
}

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined)
}
