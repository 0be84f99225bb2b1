/** The code flow with the identity provider, as `openid-client` does it, with everything that can be checked checked. */
import type { Configuration } from 'openid-client'
import { monotonicMs, now } from '#kernel/clock/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import { type Claims, checkClaims } from './check-claims.ts'
import type { Secrets } from './flow.ts'
import { type Groups, groupsOfClaims, groupsOfGraph, isOverage } from './groups.ts'
import type { Fetch } from './outbound.ts'
import { issuerMismatch, tokenInvalid } from './problems.ts'
import { isPlain, type OidcProvider } from './provider.ts'
import { toldAs } from './told.ts'

/** What the provider says of who signed in; every claim is of the ID token, or of user info with the same subject. */
export type Told = {
  readonly issuer: string
  readonly subject: string
  readonly claims: Claims
  readonly groups: Groups
}

export type OidcClient = {
  /** Where the browser is sent. */
  startUrl(secrets: Secrets): Promise<URL>
  /** Ends the flow with the query of the callback. Throws the problems of this module and nothing else. */
  finish(query: string, secrets: Secrets): Promise<Told>
  /** Asks for the discovery document anew. */
  discover(): Promise<unknown>
}

const library = () => import('openid-client')
/** Key sets inside are kept for 5 minutes by the library; endpoints change rarely. */
const rediscoverMs = 10 * 60_000
const wanted = ['email', 'name'] as const

export function makeOidcClient(provider: OidcProvider, fetch: Fetch): OidcClient {
  let known: { at: number; configuration: Promise<Configuration> } | undefined

  function configuration(): Promise<Configuration> {
    if (known && monotonicMs() - known.at < rediscoverMs) return known.configuration
    const made = discover()
    const mine = { at: monotonicMs(), configuration: made }
    known = mine
    made.catch(() => {
      if (known === mine) known = undefined
    })
    return made
  }

  async function discover(): Promise<Configuration> {
    const oidc = await library()
    try {
      const found = await oidc.discovery(
        new URL(provider.issuer),
        provider.clientId,
        { client_secret: provider.clientSecret, [oidc.clockTolerance]: 60 },
        // The standard's default, where the provider does not say that it takes the other.
        (as, client, body, headers) =>
          (as.token_endpoint_auth_methods_supported?.includes('client_secret_post')
            ? oidc.ClientSecretPost(provider.clientSecret)
            : oidc.ClientSecretBasic(provider.clientSecret))(as, client, body, headers),
        {
          [oidc.customFetch]: fetch as never,
          timeout: 5,
          execute: [oidc.enableNonRepudiationChecks, ...(isPlain(provider.issuer) ? [oidc.allowInsecureRequests] : [])],
        },
      )
      const {
        issuer,
        authorization_endpoint: authorize,
        token_endpoint: token,
        jwks_uri: keys,
      } = found.serverMetadata()
      // Such an issuer stands for every directory there is.
      if (issuer.includes('{tenantid}') && provider.allowedTenants.length === 0)
        throw new Problem(issuerMismatch, 'The issuer is many directories, and OIDC_ALLOWED_TENANTS names none.')
      if (!authorize || !token || !keys) throw new TypeError('the discovery document names no endpoints')
      return found
    } catch (error) {
      throw toldAs(error, 'discovery')
    }
  }

  return {
    discover,
    async startUrl({ state, nonce, verifier }) {
      const [oidc, configured] = await Promise.all([library(), configuration()])
      return oidc.buildAuthorizationUrl(configured, {
        redirect_uri: provider.redirectUri,
        scope: scopeOf(provider, configured),
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        response_mode: 'query',
      })
    },
    async finish(query, { state, nonce, verifier }) {
      const [oidc, configured] = await Promise.all([library(), configuration()])
      const url = new URL(provider.redirectUri)
      url.search = query
      try {
        const tokens = await oidc.authorizationCodeGrant(configured, url, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims: Claims = { ...tokens.claims() }
        checkClaims(headerOf(tokens.id_token!), claims, {
          clientId: provider.clientId,
          allowedTenants: provider.allowedTenants,
          nowSeconds: Math.floor(now().getTime() / 1000),
        })
        const all = await withUserInfo(oidc, configured, tokens.access_token, claims)
        const groups = isOverage(all, provider.groupClaim)
          ? await groupsOfGraph(fetch, provider, tokens.access_token)
          : groupsOfClaims(all, provider.groupClaim)
        return { issuer: String(claims.iss), subject: String(claims.sub), claims: all, groups }
      } catch (error) {
        throw toldAs(error, 'callback')
      }
    },
  }

  /** Many providers keep the address and the groups for user info; what the ID token says wins. */
  async function withUserInfo(
    oidc: Awaited<ReturnType<typeof library>>,
    configured: Configuration,
    accessToken: string,
    claims: Claims,
  ): Promise<Claims> {
    const complete =
      wanted.every((name) => typeof claims[name] === 'string') &&
      (groupsOfClaims(claims, provider.groupClaim) !== undefined || isOverage(claims, provider.groupClaim))
    // Entra's user info never holds more than its ID token.
    if (complete || provider.entra || !configured.serverMetadata().userinfo_endpoint) return claims
    return { ...(await oidc.fetchUserInfo(configured, accessToken, String(claims.sub))), ...claims }
  }
}

/** `User.Read` makes the access token one for Graph, which knows the groups that a token has no room for. */
function scopeOf(provider: OidcProvider, configured: Configuration): string {
  const scopes = ['openid', 'profile', 'email']
  if (provider.entra) scopes.push('User.Read')
  else if (configured.serverMetadata().scopes_supported?.includes(provider.groupClaim)) scopes.push(provider.groupClaim)
  return scopes.join(' ')
}

/** The library checked the signature over it and how it is written. */
function headerOf(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.', 1)[0]!, 'base64url').toString()) as Claims
  } catch (cause) {
    throw new Problem(tokenInvalid, 'The ID token has no header.', { cause })
  }
}
