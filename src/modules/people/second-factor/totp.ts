/** Codes of authenticator apps (RFC 6238): SHA-1, six digits, 30 seconds, as every app understands them. */
const shape = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** Steps a code may be early or late: clocks differ, and typing takes time. */
const window = 1
const secretBytes = 20
const failuresToLock = 5
const firstLockMinutes = 15
const longestLockMinutes = 24 * 60

const library = () => import('otpauth')

/** A new secret in Base32 and its `otpauth://` address. */
export async function newTotp(email: string): Promise<{ secret: string; uri: string }> {
  const { Secret, TOTP } = await library()
  const secret = new Secret({ size: secretBytes })
  return { secret: secret.base32, uri: new TOTP({ ...shape, issuer: 'daytwo', label: email, secret }).toString() }
}

/** The step that `code` belongs to, within one of that of `seconds` (since 1970); undefined where it belongs to none. */
export async function stepOfCode(secret: string, code: string, seconds: number): Promise<number | undefined> {
  const token = code.replaceAll(' ', '')
  // The library throws on text whose characters and bytes differ in number.
  if (!/^[0-9]{6}$/.test(token)) return undefined
  const { Secret, TOTP } = await library()
  const asked = { ...shape, token, secret: Secret.fromBase32(secret), timestamp: seconds * 1000, window }
  const delta = TOTP.validate(asked)
  return delta === null ? undefined : Math.floor(seconds / shape.period) + delta
}

/**
 * Minutes for which codes are refused after that many wrong ones in a row: 15 after every fifth, doubling up to a day. Whoever
 * guesses knows the password already, so the lock keeps nobody out who has a recovery code or a passkey.
 */
export function lockMinutes(failures: number): number {
  if (failures === 0 || failures % failuresToLock !== 0) return 0
  return Math.min(firstLockMinutes * 2 ** (failures / failuresToLock - 1), longestLockMinutes)
}
