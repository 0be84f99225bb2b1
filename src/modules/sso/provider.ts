/** What the configuration says of the identity provider and of GitHub. */
import type { Config } from '#kernel/config/index.ts'

export type OidcProvider = {
  readonly issuer: string
  readonly label: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  readonly groupClaim: string
  readonly graphUrl: string
  /** Of Microsoft: then the groups of a person may be asked of Graph with the same token. */
  readonly entra: boolean
  /** Directories whose people may sign in; empty: the issuer is one directory. */
  readonly allowedTenants: readonly string[]
}

export type GitHubProvider = {
  readonly clientId: string
  readonly clientSecret: string
  readonly baseUrl: string
  readonly apiUrl: string
  readonly redirectUri: string
}

const microsoft = 'https://login.microsoftonline.com'
export const defaultGraphUrl = 'https://graph.microsoft.com/v1.0'
const withoutSlash = (url: string) => url.replace(/\/+$/, '')

/** Undefined while people sign in with what the database knows. */
export function oidcOf(config: Config): OidcProvider | undefined {
  if (config.AUTH_METHOD !== 'oidc') return undefined
  const issuer = config.OIDC_ISSUER ?? `${microsoft}/${config.OIDC_TENANT_ID}/v2.0`
  return {
    issuer,
    label: config.OIDC_LABEL,
    clientId: config.OIDC_CLIENT_ID!,
    clientSecret: config.OIDC_CLIENT_SECRET!,
    redirectUri: config.OIDC_REDIRECT_URI!,
    groupClaim: config.OIDC_GROUP_CLAIM,
    graphUrl: withoutSlash(config.OIDC_GRAPH_URL),
    entra: new URL(issuer).origin === microsoft,
    allowedTenants: (config.OIDC_ALLOWED_TENANTS ?? '')
      .split(',')
      .map((id) => id.trim().toLowerCase())
      .filter(Boolean),
  }
}

export function githubOf(config: Config): GitHubProvider | undefined {
  if (config.GITHUB_CLIENT_ID === undefined || config.GITHUB_CLIENT_SECRET === undefined) return undefined
  return {
    clientId: config.GITHUB_CLIENT_ID,
    clientSecret: config.GITHUB_CLIENT_SECRET,
    baseUrl: withoutSlash(config.GITHUB_BASE_URL),
    apiUrl: withoutSlash(config.GITHUB_API_URL),
    redirectUri: `${withoutSlash(config.baseUrl)}/auth/github/callback`,
  }
}

/** Plain http is for providers on this very machine; the configuration refuses it elsewhere. */
export const isPlain = (url: string): boolean => new URL(url).protocol === 'http:'
