/** Requests and replies of second factors; shared with the console. */
import { z } from 'zod'
import { passkeyAssertion, passkeyReply } from '../passkeys/schemas.ts'

const time = z.iso.datetime()

const challenge = z.string().min(20).max(100)
const totpCode = z.string().regex(/^\d{3} ?\d{3}$/, 'expected six digits')
const recoveryCode = z.string().trim().min(16).max(40)

export const secondFactorProof = z.discriminatedUnion('method', [
  z.strictObject({ challenge, method: z.literal('totp'), code: totpCode }),
  z.strictObject({ challenge, method: z.literal('recovery-code'), code: recoveryCode }),
  z.strictObject({ challenge, method: z.literal('passkey'), response: passkeyAssertion }),
])

/**
 * Says again who is there, where the sign-in is older than ten minutes: with the password, a code, or a passkey (with options
 * of `/auth/passkey/options`). Routes that need it answer `people/sign-in-not-fresh`.
 */
export const confirmation = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('password'), password: z.string().min(1).max(1000) }),
  z.strictObject({ method: z.literal('totp'), code: totpCode }),
  z.strictObject({ method: z.literal('recovery-code'), code: recoveryCode }),
  z.strictObject({ method: z.literal('passkey'), response: passkeyAssertion }),
])
export const confirmed = z.object({ confirmed_until: time })

export const secondFactorList = z.object({
  /** Null where no authenticator app is connected. */
  totp: z.object({ confirmed_at: time, last_used_at: time.nullable() }).nullable(),
  passkeys: z.array(passkeyReply),
  recovery_codes: z.object({ left: z.number().int(), made_at: time.nullable() }),
  /** The installation demands one of this person, and there is none. */
  required: z.boolean(),
  /** Until when factors can be changed without saying again who is there; null: now is too late. */
  confirmed_until: time.nullable(),
  /** Whether this address can have passkeys; if not, why, and which address can. */
  passkeys_here: z.object({ possible: z.boolean(), why: z.string().nullable(), address: z.string().nullable() }),
})

/** Nothing is in force before a code confirms it. */
export const totpEnrolment = z.object({
  secret: z.string().describe('Base32, for typing.'),
  uri: z.string().describe('otpauth:// address, for a QR code.'),
  expires_in_seconds: z.number().int(),
})
export const totpConfirmation = z.strictObject({ code: totpCode })
export const recoveryCodes = z.object({
  recovery_codes: z.array(z.string()).describe('Shown once; each works once.'),
})
/** `recovery_codes` is null where the person has codes already. */
export const totpConfirmed = z.object({ recovery_codes: z.array(z.string()).nullable() })
