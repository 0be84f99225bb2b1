/**
 * Standard Webhooks (standardwebhooks.com): `v1,<base64 HMAC-SHA256 of id.timestamp.body>`, several to a header, a timestamp of
 * this attempt. Stricter than the reference libraries: a timestamp is digits and nothing else, a secret has its 24 bytes.
 */
import { now, randomToken } from '#kernel/clock/index.ts'
import { hmacSha256, safeEqual } from '#kernel/crypto/index.ts'
import { malformedRequest, Problem } from '#kernel/errors/index.ts'
import { staleTimestamp } from './problems.ts'

const prefix = 'whsec_'
export const minSecretBytes = 24
export const maxSecretBytes = 64
const generatedBytes = 32

/** No dot: it parts id and timestamp in what is signed. */
const idShape = /^[\x21-\x2d\x2f-\x7e]{1,200}$/
const timestampShape = /^[1-9]\d{0,10}$/
/** Other versions (`v1a` is ed25519) are not ours to check and never accepted by HMAC. */
const signatureShape = /^v1,([A-Za-z0-9+/]{43}=)$/
/** A rotation sends two. */
const maxSignatures = 10
const toleranceSeconds = 300

const base64Shape = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

export const newSecret = (): string => prefix + Buffer.from(randomToken(generatedBytes), 'base64url').toString('base64')

/** The key that a secret `whsec_<base64>` stands for; undefined when it has another shape. Its length is the caller's to judge. */
export function secretKey(secret: string): Buffer | undefined {
  if (!secret.startsWith(prefix)) return undefined
  const encoded = secret.slice(prefix.length)
  return base64Shape.test(encoded) ? Buffer.from(encoded, 'base64') : undefined
}

/** In lower case, as they arrived. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>

export type SignedMessage = {
  readonly id: string
  /** True when any of the secrets (two during a rotation) made any of the signatures. */
  isSigned(body: Uint8Array, secrets: readonly string[]): boolean
}

/**
 * What the headers claim; undefined without a signature that could match. Throws `malformed-request` for an id or timestamp of
 * another shape and `intake/stale-timestamp` outside the tolerance, both before the body is read.
 */
export function signedMessage(headers: Headers): SignedMessage | undefined {
  const claimed = claimedSignatures(headers['webhook-signature'])
  if (claimed.length === 0) return undefined
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  if (typeof id !== 'string' || !idShape.test(id))
    throw malformed('webhook-id', 'must be 1–200 visible ASCII characters other than a dot')
  if (typeof timestamp !== 'string' || !timestampShape.test(timestamp))
    throw malformed('webhook-timestamp', 'must be whole seconds since 1970, in digits')
  refuseStale(Number(timestamp))
  return {
    id,
    isSigned(body, secrets) {
      const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
      let matches = false
      for (const secret of secrets) {
        const key = secretKey(secret)
        if (!key) continue
        const digest = hmacSha256(key, signed)
        for (const signature of claimed) matches = safeEqual(digest, signature) || matches
      }
      return matches
    },
  }
}

function claimedSignatures(header: string | string[] | undefined): Buffer[] {
  if (typeof header !== 'string') return []
  return header.split(' ', maxSignatures).flatMap((one) => {
    const encoded = signatureShape.exec(one)?.[1]
    return encoded === undefined ? [] : [Buffer.from(encoded, 'base64')]
  })
}

/** By this process's clock: the database is not asked before a signature holds. Both ends are expected to keep NTP's time. */
function refuseStale(seconds: number) {
  const ahead = seconds - Math.floor(now().getTime() / 1000)
  if (Math.abs(ahead) <= toleranceSeconds) return
  const detail = `webhook-timestamp is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'} this clock; ${toleranceSeconds} s are allowed.`
  throw new Problem(staleTimestamp, detail)
}

const malformed = (header: string, detail: string) =>
  new Problem(malformedRequest, `${header} ${detail}.`, { errors: [{ pointer: `header/${header}`, detail }] })
