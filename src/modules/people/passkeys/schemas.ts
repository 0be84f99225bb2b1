/** Requests and replies of passkeys (WebAuthn); shared with the console. */
import { z } from 'zod'

const time = z.iso.datetime()
/** What a browser's `toJSON()` of a credential holds; the limit is far above what authenticators send. */
const bytes = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, 'expected base64url')
  .max(20_000)
const transport = z.string().max(30)

/** `PublicKeyCredential.toJSON()` after `navigator.credentials.create`; fields we do not read are passed over. */
export const passkeyAttestation = z.object({
  id: bytes.max(1400),
  rawId: bytes.max(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: bytes,
    attestationObject: bytes,
    transports: z.array(transport).max(10).optional(),
  }),
})

/** `PublicKeyCredential.toJSON()` after `navigator.credentials.get`. */
export const passkeyAssertion = z.object({
  id: bytes.max(1400),
  rawId: bytes.max(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: bytes,
    authenticatorData: bytes,
    signature: bytes,
    userHandle: bytes.max(200).nullish(),
  }),
})
export type PasskeyAttestation = z.output<typeof passkeyAttestation>
export type PasskeyAssertion = z.output<typeof passkeyAssertion>

const described = z.object({
  type: z.literal('public-key'),
  id: z.string(),
  transports: z.array(z.string()).optional(),
})

/** For `PublicKeyCredential.parseCreationOptionsFromJSON`. */
export const passkeyCreationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })),
  timeout: z.number().int().describe('Milliseconds.'),
  excludeCredentials: z.array(described),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})

/** For `PublicKeyCredential.parseRequestOptionsFromJSON`. */
export const passkeyRequestOptions = z.object({
  rpId: z.string(),
  challenge: z.string(),
  timeout: z.number().int().describe('Milliseconds.'),
  allowCredentials: z.array(described).describe('Empty: any passkey of this address.'),
  userVerification: z.literal('required'),
})

/** With the challenge of a half-done sign-in: that person's passkeys; without: any, the passkey says who it is. */
export const passkeyOptionsRequest = z.strictObject({ challenge: z.string().min(20).max(100).optional() })

/** A passkey with user verification is both factors at once. */
export const passkeySignIn = z.strictObject({
  response: passkeyAssertion,
  transport: z.enum(['cookie', 'bearer']).optional(),
})

const passkeyName = z.string().trim().min(1).max(60)
export const newPasskey = z.strictObject({ name: passkeyName.optional(), response: passkeyAttestation })
export const renamedPasskey = z.strictObject({ name: passkeyName })
export const passkeyId = z.strictObject({ id: z.uuid() })
export const passkeyReply = z.object({
  id: z.string(),
  name: z.string(),
  /** Whether its maker keeps copies on the person's other devices. */
  synced: z.boolean(),
  transports: z.array(z.string()),
  created_at: time,
  last_used_at: time.nullable(),
})
export const addedPasskey = z.object({
  passkey: passkeyReply,
  /** Shown once, and only with the first factor; null where the person has codes already. */
  recovery_codes: z.array(z.string()).nullable(),
})
