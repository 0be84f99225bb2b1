/** Hashing, constant-time comparison and sealing of small secrets. Keys come from the configuration. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** A 32-byte key for one purpose, derived from the instance's key (HKDF-SHA256), so that uses cannot be confused. */
export const deriveKey = (key: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, 'daytwo', purpose, 32))

export const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest()

/** Making a key object costs more than the HMAC of a few kilobytes, and the same few secrets sign nearly everything. */
const keyObjects = new Map<string, KeyObject>()
const maxKeyObjects = 10_000

function keyObject(secret: string): KeyObject {
  const known = keyObjects.get(secret)
  if (known) return known
  if (keyObjects.size >= maxKeyObjects) keyObjects.clear()
  const made = createSecretKey(secret, 'utf8')
  keyObjects.set(secret, made)
  return made
}

export const hmacSha256 = (secret: string | Uint8Array, data: string | Uint8Array): Buffer =>
  createHmac('sha256', typeof secret === 'string' && secret !== '' ? keyObject(secret) : secret)
    .update(data)
    .digest()

/** Equality in time that depends on nothing but the lengths; unequal lengths are simply unequal. */
export const safeEqual = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts with AES-256-GCM. `context` (for example the row's id) is authenticated, so that a sealed value moved to
 * another row does not open. Layout: nonce (12) · tag (16) · ciphertext.
 */
export function seal(key: Uint8Array, plaintext: string, context: string): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
  const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Opens what `seal` made; throws when the key, the context or a byte differs. */
export function unseal(key: Uint8Array, sealed: Uint8Array, context: string): string {
  const nonce = sealed.subarray(0, nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
  return decipher.update(sealed.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
}
