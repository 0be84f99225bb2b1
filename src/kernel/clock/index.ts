/** Time and random ids enter the product only here, so that tests can own them. Leases and due times use `app.now()`. */
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/** Wall clock of this process: for labels and logs, never for leases, expiry or due times (those are the database's). */
export const now = (): Date => new Date()

/** Milliseconds on a clock that never steps; only differences mean anything. */
export const monotonicMs = (): number => performance.now()

/** URL-safe random text with `bytes` bytes of entropy. */
export const randomToken = (bytes = 32): string => randomBytes(bytes).toString('base64url')

export const randomId = (): string => randomUUID()

/** A UUID version 7 (RFC 9562): time-ordered, so that primary keys grow at one end. */
export function uuidv7(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {}).catch(() => undefined)
}
