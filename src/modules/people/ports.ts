/** What other modules may ask of people, and what people need of others. */
import type { z } from 'zod'
import type { Context, PlatformRole } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import type { Reply, Request } from '#kernel/http/index.ts'
import type { MailPort } from '#modules/mail/index.ts'
import type { methodsReply, signInReply } from './schemas.ts'

export type Person = {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly status: 'active' | 'disabled'
  readonly platformRole: PlatformRole | null
}

export type SignInMethod = 'password' | 'passkey' | 'oidc' | 'github' | 'setup' | 'invitation' | 'reset' | 'test'
export type Transport = 'cookie' | 'bearer'
export type SignInReply = z.infer<typeof signInReply>
export type Methods = z.infer<typeof methodsReply>

/** How somebody proved who they are, and what the session is for. `tenantId` undefined: where they are at home. */
export type How = {
  readonly method: SignInMethod
  readonly secondFactor: boolean
  readonly tenantId?: string | null | undefined
  readonly transport?: Transport | undefined
  /** Which password was proved, of `checkPassword`: on one that was replaced meanwhile no session is opened. */
  readonly passwordSince?: string | null | undefined
  /** Which passkey was proved; needed of `passkey`, and with one that was removed meanwhile no session is opened. */
  readonly passkeyId?: string | undefined
}
export type FirstProof = Omit<How, 'secondFactor' | 'passkeyId'>

export type NewPerson = {
  readonly email: string
  readonly name: string
  readonly passwordHash?: string | undefined
  readonly platformRole?: PlatformRole | undefined
}

/** What an access token says, once its signature and its issuer were checked. */
export type AccessToken = {
  readonly sessionId: string
  readonly personId: string
  readonly tenantId: string | null
  /** Seconds since 1970; whether that is over is the database's to say. */
  readonly expiresAt: number
}

export type PeoplePort = {
  byEmail(tx: PlatformTx, email: string): Promise<Person | undefined>
  byId(tx: PlatformTx, id: string): Promise<Person | undefined>
  /** Whether a password was ever chosen for the account. */
  hasPassword(tx: PlatformTx, id: string): Promise<boolean>
  /**
   * The identity provider, where it is the way in and a password lets nobody in but platform administrators; undefined where people
   * sign in with passwords. Call it outside transactions.
   */
  provider(): Promise<{ readonly label: string } | undefined>
  /** Throws `people/email-taken`. `passwordHash` is of `hashNewPassword`; without one the person signs in elsewhere. */
  create(tx: PlatformTx, input: NewPerson): Promise<Person>
  /**
   * Changes a person, ends their sessions when they are disabled, and audits it. Throws `not-found`. Who may do this is for the
   * caller to have checked; that an active platform administrator remains is checked here (`people/last-platform-admin`).
   */
  change(
    tx: PlatformTx,
    ctx: Context,
    id: string,
    change: { name?: string; status?: Person['status']; platformRole?: PlatformRole | null },
  ): Promise<Person>
  /**
   * Checks a new password, with the person's own words as context, and hashes it. Throws `people/password-too-weak` at `pointer`
   * and `people/busy`. Call it outside transactions: it takes its time.
   */
  hashNewPassword(password: string, context: readonly string[], pointer?: string): Promise<string>
  /** Opens a session, sets its cookies (or answers its tokens), and audits it. The one end of every way of signing in. */
  signIn(request: Request, reply: Reply, person: Person, how: How): Promise<SignInReply>
  /** After the first proof: signs in, or answers that a second factor is needed. */
  afterFirstProof(request: Request, reply: Reply, person: Person, how: FirstProof): Promise<SignInReply>
  /** New tokens and a new id for the caller's session, now in `tenantId`; what the browser had before is worth nothing. */
  moveSession(request: Request, reply: Reply, ctx: Context, tenantId: string | null): Promise<SignInReply>
  /** Ends all sessions of a person, or all that are in a tenant; returns how many. */
  endSessionsOf(tx: PlatformTx, who: { personId: string } | { tenantId: string }, why: string): Promise<number>
  /** Throws `forbidden` unless a browser sent this from a page of this very origin. Every route that sets cookies calls it. */
  requireSameOrigin(request: Request): void
  /** Proves that a signed-in person is at the keyboard: a sign-in within 10 minutes, or the password. Throws `people/sign-in-not-fresh`. */
  requireFreshProof(ctx: Context, password?: string): Promise<void>
  /** Undefined for a token that is not ours or was altered. Its time is not looked at. */
  verifyAccessToken(token: string): Promise<AccessToken | undefined>
  /** Name of the cookie that holds a browser's access token. */
  readonly accessCookie: string
  /** Name of a cookie of ours that a request brings twice: which one counts must not be a matter of luck. */
  repeatedCookie(request: Pick<Request, 'headers'>): string | undefined
  /** Whether the installation demands a second factor of somebody who has none; such a session may only look at itself and add one. */
  isDue(person: Pick<Person, 'id' | 'platformRole'>, sessionId: string | undefined): Promise<boolean>
  /** Notes that a session was used; the caller sees to it that this is not done with every request. */
  seen(sessionId: string): Promise<unknown>
}

/** What the second factors (`second-factor/`) give to signing in. */
export type SecondFactors = {
  /** Empty: the first proof is enough. */
  methodsOf(personId: string): Promise<readonly ('totp' | 'recovery-code' | 'passkey')[]>
  /** Remembers the first proof for a few minutes; the reply tells how to go on. */
  openChallenge(person: Person, how: FirstProof): Promise<Extract<SignInReply, { status: 'second-factor' }>>
}

/** What people need of mail. */
export type SendsMail = Pick<MailPort, 'deliverable' | 'send' | 'link'>

/** Bound late, for these modules start after people. */
export type Later = {
  /** Where somebody is at home who signs in: the tenant they used last, or their first. */
  homeTenant(personId: string): Promise<string | null>
  /** Makes the first administrator the owner of the default tenant. */
  addOwner(tx: PlatformTx, personId: string): Promise<void>
  mail(): SendsMail
  /** Which ways in there are beside the password. */
  methods(): Promise<Omit<Methods, 'password' | 'passkey' | 'reset'>>
}
