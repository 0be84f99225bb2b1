/** From what a provider said to the person who signs in. */
import { Problem } from '#kernel/errors/index.ts'
import { applyRoles } from './apply-roles.ts'
import { isVerified } from './check-claims.ts'
import type { Deps, Outside, Person } from './deps.ts'
import { findPerson, toAddress } from './find-person.ts'
import type { GitHubAccount } from './github-client.ts'
import type { Told } from './oidc-client.ts'
import { emailNotVerified, noAccount, noEmail, noGroups, noRole } from './problems.ts'
import type { OidcProvider } from './provider.ts'
import { mappingsOfGroups } from './queries.ts'
import { rolesOf } from './roles.ts'
import { unclaimedBy } from './unclaimed.ts'
import { hasOwnRole } from './without-groups.ts'

const unknownHere = new Set([noAccount, emailNotVerified, noEmail])

/** Throws the problems of this module; nobody without a role is made a person. */
export async function enterByOidc(deps: Deps, provider: OidcProvider, requestId: string, told: Told): Promise<Person> {
  const { groups } = told
  const mappings =
    groups === undefined || groups.length === 0
      ? []
      : await deps.database.platformTx('roles of groups', (tx) => tx.rows(mappingsOfGroups, { groups }))
  const given = rolesOf(mappings)
  const who = outsideOf(told)
  const find = (claims?: string) =>
    findPerson(deps, requestId, who, {
      mayCreate: mappings.length > 0,
      trustsAddress: provider.allowedTenants.length === 0,
      mayJoin: () => true,
      claims,
    })
  const person = await find()
    .catch(async (error: unknown) => {
      const refused = error instanceof Problem && error.type === emailNotVerified
      const claims = refused ? await unclaimedBy(deps, who) : undefined
      if (claims === undefined) throw error
      return find(claims)
    })
    .catch((error: unknown) => {
      // Somebody unknown without a mapped group hears that, and nothing of who exists here.
      if (mappings.length === 0 && error instanceof Problem && unknownHere.has(error.type)) throw withoutRole(groups)
      throw error
    })
  const hasRole =
    groups === undefined ? await hasOwnRole(deps, person, who) : await applyRoles(deps, requestId, person, who, given)
  // Somebody who lost every role and is invited again must be signed in to accept.
  if (!hasRole && !(await deps.tenants.isInvited(person.email))) throw withoutRole(groups)
  // The role may have changed a moment ago.
  return (await deps.database.platformTx('read a person', (tx) => deps.people.byId(tx, person.id)))!
}

/** The address, or where there is none the name with which they sign in, which mostly is one. */
function outsideOf({ issuer, subject, claims }: Told): Outside {
  const email = toAddress(claims.email)
  const fallback = toAddress(claims.preferred_username) ?? toAddress(claims.upn)
  const name = [claims.name, claims.preferred_username].find((one) => typeof one === 'string' && one.trim() !== '')
  return {
    issuer,
    subject,
    email: email ?? fallback,
    verified: email !== undefined && isVerified(claims),
    name: String(name ?? email ?? fallback ?? '').trim(),
  }
}

const withoutRole = (groups: Told['groups']) =>
  groups === undefined
    ? new Problem(noGroups, 'The token has no groups.')
    : new Problem(noRole, `None of the ${groups.length} groups is mapped.`)

/** Nobody is made a person by an account that anybody can open, and none with a role of the platform is joined to one. */
export function enterByGitHub(deps: Deps, requestId: string, account: GitHubAccount): Promise<Person> {
  const who: Outside = { ...account, email: toAddress(account.email), verified: true }
  return findPerson(deps, requestId, who, {
    mayCreate: false,
    trustsAddress: false,
    mayJoin: ({ platformRole }) => platformRole === null,
  })
}
