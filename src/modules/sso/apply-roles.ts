/** Roles that come from groups, as of this sign-in. */
import { audit } from '#kernel/audit/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Deps, Outside, Person } from './deps.ts'
import { contextOf } from './find-person.ts'
import { noteGivenRole, useIdentity } from './queries.ts'
import { type GivenRoles, nextPlatformRole } from './roles.ts'

/**
 * Gives a person what their groups give and takes what these no longer do; what they have otherwise stays. Returns whether they
 * have any role to sign in with now.
 */
export async function applyRoles(
  deps: Deps,
  requestId: string,
  person: Person,
  who: Outside,
  given: GivenRoles,
): Promise<boolean> {
  const { database, tenants } = deps
  const own = (await tenants.membershipsOf(person.id)).filter(({ support }) => !support).map(({ id }) => id)
  return database.platformTx('apply roles of groups', async (tx) => {
    let any = (await applyPlatformRole(deps, tx, requestId, person, who, given)) !== null
    for (const tenantId of new Set([...own, ...given.tenants.keys()])) {
      const role = given.tenants.get(tenantId) ?? null
      const { before, after, admits } = await tenants.setRoleBySso(tx, { tenantId, personId: person.id, role })
      any ||= admits
      if (after === before) continue
      await audit(tx, contextOf(person, requestId, tenantId), {
        action: 'sso.role-applied',
        subject: `person:${person.id}`,
        before: { role: before },
        after: { role: after },
      })
    }
    return any
  })
}

async function applyPlatformRole(
  { people, log }: Deps,
  tx: PlatformTx,
  requestId: string,
  person: Person,
  who: Outside,
  given: GivenRoles,
) {
  const identity = (await tx.row(useIdentity, { issuer: who.issuer, subject: who.subject, email: null }))!
  const state = { given: identity.platformRole, own: identity.ownPlatformRole, current: person.platformRole }
  const next = nextPlatformRole(state, given.platform)
  if (next.current !== state.current) {
    try {
      await people.change(tx, contextOf(person, requestId), person.id, { platformRole: next.current })
    } catch (error) {
      if (!(error instanceof Problem) || error.type.slug !== 'people/last-platform-admin') throw error
      // Without one nobody could mend the mappings; the doctor and the log tell.
      log.warn({ personId: person.id }, 'the last platform administrator keeps the role although no group gives it')
      return state.current
    }
  }
  if (next.given !== state.given || next.own !== state.own)
    await tx.run(noteGivenRole, { issuer: who.issuer, subject: who.subject, given: next.given, own: next.own })
  return next.current
}
