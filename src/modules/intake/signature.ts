/** `sha256=<hex HMAC-SHA256 of the raw body>`: what GitHub and Jira send. Vectors: features.md §11.5 of the references. */
import { hmacSha256, safeEqual } from '#kernel/crypto/index.ts'

const shape = /^sha256=([0-9a-fA-F]{64})$/

/** The 32 bytes a header claims, or undefined when it does not have the only shape we accept. */
export function claimedDigest(header: string | string[] | undefined): Buffer | undefined {
  const hex = typeof header === 'string' ? shape.exec(header)?.[1] : undefined
  return hex === undefined ? undefined : Buffer.from(hex, 'hex')
}

/** True when any of the secrets (two during a rotation) made this digest. All are tried, in constant time each. */
export function isSigned(body: Uint8Array, digest: Uint8Array, secrets: readonly string[]): boolean {
  let matches = false
  for (const secret of secrets) matches = safeEqual(hmacSha256(secret, body), digest) || matches
  return matches
}
