/** Which groups somebody is in: from the token, or from Graph when they are too many for one. */
import { Problem } from '#kernel/errors/index.ts'
import type { Claims } from './check-claims.ts'
import type { Fetch } from './outbound.ts'
import { groupsUnavailable } from './problems.ts'
import { defaultGraphUrl, type OidcProvider } from './provider.ts'

/** Undefined: the provider said nothing of groups. */
export type Groups = readonly string[] | undefined

const maxGroups = 20_000
const maxPages = 25

/** The claim itself, or a path to it (`realm_access.roles`), as Keycloak nests them. */
function claimed(claims: Claims, name: string): unknown {
  if (name in claims) return claims[name]
  return name
    .split('.')
    .reduce<unknown>((at, part) => (at instanceof Object ? (at as Claims)[part] : undefined), claims)
}

export function groupsOfClaims(claims: Claims, groupClaim: string): Groups {
  const value = claimed(claims, groupClaim)
  if (value === undefined || value === null) return undefined
  return [value].flat().filter((group): group is string => typeof group === 'string')
}

/** Entra leaves out the groups of people who have more than 200 (in the implicit flow 6) and says so. */
export function isOverage(claims: Claims, groupClaim: string): boolean {
  const names = claims._claim_names
  const named = names instanceof Object && (groupClaim in names || 'groups' in names)
  return named || claims.hasgroups === true || claims.hasgroups === 'true'
}

/**
 * Every group of the person whose token it is, nested ones included, as the claim would list them. The token is sent to the
 * configured address alone: what `_claim_sources` names is not asked. Throws `sso/groups-unavailable`.
 */
export async function groupsOfGraph(
  fetch: Fetch,
  provider: OidcProvider,
  accessToken: string,
): Promise<readonly string[]> {
  const { graphUrl } = provider
  if (!provider.entra && graphUrl === defaultGraphUrl)
    throw unavailable('the token speaks of too many groups, and OIDC_GRAPH_URL is not set for this provider')
  const found: string[] = []
  let next: string | undefined = `${graphUrl}/me/transitiveMemberOf?$select=id&$top=999`
  for (let page = 0; next !== undefined; page++) {
    if (page >= maxPages || found.length > maxGroups) throw unavailable('the list of groups has no end')
    if (URL.parse(next)?.origin !== new URL(graphUrl).origin) throw unavailable('the next page is at another place')
    const answer = await readPage(fetch, next, accessToken)
    found.push(...answer.groups)
    next = answer.next
  }
  return found
}

async function readPage(fetch: Fetch, url: string, accessToken: string) {
  let status: number
  let body: { value?: unknown; '@odata.nextLink'?: unknown }
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    })
    status = response.status
    body = status === 200 ? ((await response.json()) as typeof body) : {}
  } catch (cause) {
    throw unavailable('Graph did not answer', cause)
  }
  if (status !== 200) throw unavailable(`Graph answered ${status}`)
  if (!Array.isArray(body?.value)) throw unavailable('Graph answered something else than groups')
  const next = body['@odata.nextLink']
  const groups = (body.value as Claims[]).flatMap((entry) => {
    // Directory roles and administrative units stand in the same list.
    const type = entry?.['@odata.type']
    const other = type !== undefined && type !== '#microsoft.graph.group'
    return typeof entry?.id === 'string' && !other ? [entry.id] : []
  })
  return { groups, next: typeof next === 'string' ? next : undefined }
}

const unavailable = (why: string, cause?: unknown) =>
  new Problem(groupsUnavailable, `The groups could not be read: ${why}.`, cause === undefined ? {} : { cause })
