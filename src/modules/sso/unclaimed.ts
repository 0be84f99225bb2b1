/** Accounts that an invitation or an approved registration made and nobody had yet. */
import type { Deps, Outside } from './deps.ts'
import { hasIdentity } from './queries.ts'

/**
 * The person whose account the one who comes from the identity provider may take as theirs even while `sso.link_verified_email` is off;
 * undefined where there is none.
 *
 * That setting keeps an account with a history from whoever gets its address at the provider later. Such an account has none: no
 * password was chosen and no identity joined, so nobody was ever signed in to it, and its person is new here in all but name. It belongs
 * to a tenant only because somebody invited (or approved) this address and its mail was read. The provider must vouch for the very
 * same address, and with the first identity the account is somebody's and this door is shut. A role of the platform is not given away like this.
 */
export async function unclaimedBy({ database, people, tenants }: Deps, who: Outside): Promise<string | undefined> {
  const { email, verified } = who
  if (!verified || email === undefined) return undefined
  const id = await database.platformTx('find an account that nobody had yet', async (tx) => {
    const person = await people.byEmail(tx, email)
    if (!person || person.platformRole !== null || (await people.hasPassword(tx, person.id))) return undefined
    const { found } = (await tx.row(hasIdentity, { personId: person.id }))!
    return found ? undefined : person.id
  })
  if (id === undefined) return undefined
  const belongs = (await tenants.membershipsOf(id)).some(({ support }) => !support)
  return belongs ? id : undefined
}
