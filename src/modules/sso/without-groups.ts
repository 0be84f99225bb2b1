/** Signing in with a token that says nothing of groups: Entra's for somebody who is in none, and anybody's where the claim is not set up. */
import { Problem } from '#kernel/errors/index.ts'
import type { Deps, Outside, Person } from './deps.ts'
import { noGroups } from './problems.ts'
import { useIdentity } from './queries.ts'

/**
 * Whether a person has a role that no group gave. The two cases above look alike: roles by groups are neither taken, for the groups
 * may be there, nor used, for they may be gone. Throws `sso/no-groups` for whoever has one in force.
 */
export async function hasOwnRole({ database, tenants }: Deps, person: Person, who: Outside): Promise<boolean> {
  const key = { issuer: who.issuer, subject: who.subject, email: null }
  const identity = await database.platformTx('role of groups', (tx) => tx.row(useIdentity, key))
  const own = (await tenants.membershipsOf(person.id)).filter(({ support }) => !support)
  const { platformRole } = person
  const platformByGroups = platformRole !== null && identity?.platformRole === platformRole
  if (platformByGroups || own.some(({ byGroups, status }) => byGroups && status === 'active'))
    throw new Problem(noGroups, 'The token has no groups, and a role of this person comes by groups.')
  return platformRole !== null || own.some(({ byGroups }) => !byGroups)
}
