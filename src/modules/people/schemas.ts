/** Requests and replies of signing in and of one's own account; shared with the console. */
import { z } from 'zod'

const time = z.iso.datetime()

/** Lower-cased at the door: one person has one spelling. */
export const emailAddress = z
  .string()
  .trim()
  .max(254)
  .toLowerCase()
  .pipe(z.email('expected an e-mail address, for example maria@example.com'))
/** What is already somebody's password is taken as it comes; rules are for new ones. */
export const givenPassword = z.string().min(1).max(1024)
/** A new password: 15 to 256 characters, spaces and every script included. What else is refused is told by the reply. */
export const newPassword = z.string().min(1).max(1024)
export const minPasswordCharacters = 15
export const maxPasswordCharacters = 256
export const personName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // It comes into mails, where links lead to this instance only.
  .refine((text) => !text.includes('://'), 'expected a name without a web address')
/** What a mailed or printed link carries in its fragment. */
export const linkToken = z.string().min(20).max(200)

/** `cookie`: a browser, which keeps the tokens itself. `bearer`: a program, which gets them in the body. */
export const transport = z.enum(['cookie', 'bearer']).default('cookie')

/** `GET /auth/methods`: which ways in this instance has, before anybody is signed in. */
export const methodsReply = z.object({
  password: z.boolean(),
  passkey: z.boolean().describe('False where a passkey alone lets nobody in but platform administrators.'),
  /** Somebody may ask for a tenant of their own. */
  registration: z.boolean(),
  /** A forgotten password can be replaced by mail. */
  reset: z.boolean(),
  oidc: z.object({ label: z.string() }).nullable(),
  github: z.boolean(),
  test_login: z.boolean(),
})

export const loginRequest = z.strictObject({ email: emailAddress, password: givenPassword, transport })

export const secondFactorMethod = z.enum(['totp', 'recovery-code', 'passkey'])
export const signedInReply = z.object({
  status: z.literal('signed-in'),
  access_token: z.string().optional().describe('Only with `"transport":"bearer"`.'),
  refresh_token: z.string().optional().describe('Only with `"transport":"bearer"`; each refresh gives a new one.'),
  expires_in: z.number().int().describe('Seconds until the access token ends.'),
})
export const secondFactorNeededReply = z.object({
  status: z.literal('second-factor'),
  /** Good once and for five minutes. */
  challenge: z.string(),
  methods: z.array(secondFactorMethod),
  /** What the browser passes to `navigator.credentials.get`, where a passkey is among the methods. */
  passkey_options: z.record(z.string(), z.unknown()).optional(),
})
/** What every way of signing in answers. */
export const signInReply = z.discriminatedUnion('status', [signedInReply, secondFactorNeededReply])

/** A browser sends nothing: its cookie is the token. */
export const refreshRequest = z.strictObject({ refresh_token: linkToken.optional() }).nullish()
export const signOutRequest = z.strictObject({ refresh_token: linkToken.optional() }).nullish()

/** `GET /auth/setup`: whether the first administrator is still to be made. */
export const setupState = z.object({ needed: z.boolean() })
export const setupRequest = z.strictObject({
  token: linkToken,
  email: emailAddress,
  name: personName,
  password: newPassword,
  transport,
})

export const resetRequest = z.strictObject({ email: emailAddress })
/** The same whether the account exists or not. */
export const accepted = z.object({ status: z.literal('accepted') })
export const resetConfirmation = z.strictObject({ token: linkToken, password: newPassword })

/** `GET /account`, `PATCH /account`. */
export const accountReply = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  platform_role: z.enum(['support', 'platform_admin']).nullable(),
  /** False for somebody who signs in by other means only. */
  has_password: z.boolean(),
  password_changed_at: time.nullable(),
  created_at: time,
})
export const accountChange = z.strictObject({ name: personName })
export const passwordChange = z.strictObject({
  current_password: givenPassword.optional().describe('Required of somebody who has a password.'),
  password: newPassword,
})

export const sessionId = z.strictObject({ id: z.uuid() })
export const ownSession = z.object({
  id: z.string(),
  /** The session that asks. */
  current: z.boolean(),
  method: z.enum(['password', 'passkey', 'oidc', 'github', 'setup', 'invitation', 'reset', 'test']),
  second_factor: z.boolean(),
  /** Address it was opened from. */
  client: z.string().nullable(),
  user_agent: z.string().nullable(),
  created_at: time,
  last_seen_at: time,
  /** When it ends if it is not used. */
  expires_at: time,
  /** When it ends in any case. */
  ends_at: time,
})
export const ownSessions = z.object({ sessions: z.array(ownSession) })
export const endedSessions = z.object({ ended: z.number().int() })
