/**
 * Signing in with GitHub: OAuth 2 with PKCE, and the account's number and verified primary address asked of the API. The scope
 * `read:user user:email` reads these two and nothing else; connecting repositories needs an app of its own with more.
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

export type GitHubClient = {
  startUrl(secrets: Secrets): Promise<URL>
  finish(query: string, secrets: Secrets): Promise<GitHubAccount>
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

  return {
    async startUrl({ state, verifier }) {
      const [oidc, configured] = await Promise.all([library(), configuration()])
      return oidc.buildAuthorizationUrl(configured, {
        redirect_uri: provider.redirectUri,
        scope,
        state,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        allow_signup: 'false',
      })
    },
    async finish(query, { state, verifier }) {
      const [oidc, configured] = await Promise.all([library(), configuration()])
      const url = new URL(provider.redirectUri)
      url.search = query
      try {
        const { access_token: token } = await oidc.authorizationCodeGrant(
          configured,
          url,
          { expectedState: state, pkceCodeVerifier: verifier },
          // GitHub compares it with the one the browser was sent with.
          { redirect_uri: provider.redirectUri },
        )
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
