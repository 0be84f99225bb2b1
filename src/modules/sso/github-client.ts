/**
 * GitHub's OAuth 2 with PKCE. Signing in asks the API for the account's number and verified primary address: its scope,
 * `read:user user:email`, reads these two and nothing else. Whoever needs more asks for a grant of its own, which comes back to a
 * callback below the registered one and is given back with `revoke`.
 */
import type { Configuration } from 'openid-client'
import { z } from 'zod'
import { Problem } from '#kernel/errors/index.ts'
import type { Secrets } from './flow.ts'
import type { Fetch } from './outbound.ts'
import { noEmail, providerError } from './problems.ts'
import { type GitHubProvider, isPlain } from './provider.ts'
import { toldAs } from './told.ts'

export type GitHubAccount = {
  /** Where it is an account: `https://github.com`, or the Enterprise Server. */
  readonly issuer: string
  /** Its number, which GitHub never gives to another; logins and addresses change hands. */
  readonly subject: string
  /** The primary address, which GitHub verified. */
  readonly email: string
  readonly name: string
}

/** What GitHub lets the app do for an account. */
export type GitHubGrant = { readonly token: string; readonly scopes: readonly string[] }

export type GitHubClient = {
  startUrl(secrets: Secrets): Promise<URL>
  finish(query: string, secrets: Secrets): Promise<GitHubAccount>
  /** As `startUrl`, for `wanted` in place of signing in. */
  grantUrl(secrets: Secrets, wanted: string): Promise<URL>
  finishGrant(query: string, secrets: Secrets): Promise<GitHubGrant>
  /** Makes a token worthless. One that is worthless already is no error. */
  revoke(token: string): Promise<void>
}

const scope = 'read:user user:email'
const userReply = z.object({
  id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  login: z.string().min(1),
  name: z.string().nullish(),
})
const emailsReply = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() })).max(1000)

export function makeGitHubClient(provider: GitHubProvider, fetch: Fetch): GitHubClient {
  const library = () => import('openid-client')
  // GitHub accepts any address below the registered one.
  const grantUri = `${provider.redirectUri}/repositories`
  let made: Promise<Configuration> | undefined
  const configuration = () => (made ??= configure())

  async function configure(): Promise<Configuration> {
    const oidc = await library()
    const oauth = `${provider.baseUrl}/login/oauth`
    const configured = new oidc.Configuration(
      { issuer: oauth, authorization_endpoint: `${oauth}/authorize`, token_endpoint: `${oauth}/access_token` },
      provider.clientId,
      {},
      oidc.ClientSecretPost(provider.clientSecret),
    )
    configured[oidc.customFetch] = fetch as never
    configured.timeout = 5
    if (isPlain(provider.baseUrl)) oidc.allowInsecureRequests(configured)
    return configured
  }

  async function ask<T extends z.ZodType>(path: string, token: string, shape: T): Promise<z.output<T>> {
    const response = await fetch(`${provider.apiUrl}${path}`, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'user-agent': 'daytwo' },
    })
    if (response.status !== 200) throw new Problem(providerError, `GitHub answered ${response.status} to ${path}.`)
    const parsed = shape.safeParse(await response.json())
    if (!parsed.success) throw new Problem(providerError, `GitHub answered something unexpected to ${path}.`)
    return parsed.data
  }

  async function authorizeUrl({ state, verifier }: Secrets, redirectUri: string, wanted: string) {
    const [oidc, configured] = await Promise.all([library(), configuration()])
    return oidc.buildAuthorizationUrl(configured, {
      redirect_uri: redirectUri,
      scope: wanted,
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      allow_signup: 'false',
    })
  }

  async function exchange(query: string, { state, verifier }: Secrets, redirectUri: string): Promise<GitHubGrant> {
    const [oidc, configured] = await Promise.all([library(), configuration()])
    const url = new URL(redirectUri)
    url.search = query
    const told = await oidc.authorizationCodeGrant(
      configured,
      url,
      { expectedState: state, pkceCodeVerifier: verifier },
      // GitHub compares it with the one the browser was sent with.
      { redirect_uri: redirectUri },
    )
    return { token: told.access_token, scopes: (told.scope ?? '').split(/[\s,]+/).filter(Boolean) }
  }

  return {
    startUrl: (secrets) => authorizeUrl(secrets, provider.redirectUri, scope),
    grantUrl: (secrets, wanted) => authorizeUrl(secrets, grantUri, wanted),
    async finishGrant(query, secrets) {
      try {
        return await exchange(query, secrets, grantUri)
      } catch (error) {
        throw toldAs(error, 'api')
      }
    },
    async revoke(token) {
      const { apiUrl, clientId, clientSecret } = provider
      const response = await fetch(`${apiUrl}/applications/${encodeURIComponent(clientId)}/token`, {
        method: 'DELETE',
        headers: {
          authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
          accept: 'application/vnd.github+json',
          'content-type': 'application/json',
        },
        body: JSON.stringify({ access_token: token }),
      })
      if (![204, 404, 422].includes(response.status))
        throw new Problem(providerError, `GitHub answered ${response.status} when a token was given back.`)
    },
    async finish(query, secrets) {
      try {
        const { token } = await exchange(query, secrets, provider.redirectUri)
        const [user, emails] = await Promise.all([
          ask('/user', token, userReply),
          ask('/user/emails', token, emailsReply),
        ])
        const email = emails.find(({ primary, verified }) => primary && verified)?.email
        if (!email) throw new Problem(noEmail, 'The primary e-mail address at GitHub is not verified.')
        return { issuer: provider.baseUrl, subject: String(user.id), email, name: user.name?.trim() || user.login }
      } catch (error) {
        throw toldAs(error, 'api')
      }
    },
  }
}
