/** The other end of an invitation: what it is for, and accepting it. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import type { Context } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Person } from '#modules/people/index.ts'
import type { Deps } from './deps.ts'
import { acceptInvitation, invitationByToken } from './invitation-queries.ts'
import { linkSpent } from './problems.ts'
import type { invitationAcceptance, invitationPreview } from './schemas.ts'
import { type Elsewhere, newcomer, signInElsewhere, whoMayConfirm } from './who-confirms.ts'

/** The invitation of a token that may still be used; every other token is answered alike, one that never was included. */
async function usable(tx: PlatformTx, token: string) {
  const found = await tx.row(invitationByToken, { hash: sha256(token) })
  if (found?.state !== 'pending' || found.tenantStatus !== 'ready')
    throw new Problem(linkSpent, 'The invitation cannot be accepted any more.')
  return found
}

/** What the page shows before anybody accepts: only who holds the mail sees it. */
export async function previewInvitation(
  { database, people }: Deps,
  token: string,
): Promise<z.output<typeof invitationPreview>> {
  const elsewhere = await people.provider()
  return database.platformTx('preview an invitation', async (tx) => {
    const found = await usable(tx, token)
    return {
      tenant: found.tenant,
      email: found.email,
      role: found.role,
      invited_by: found.invitedBy,
      expires_at: found.expiresAt.toISOString(),
      account_exists: (await people.byEmail(tx, found.email)) !== undefined,
      sign_in: elsewhere ? 'oidc' : 'password',
    }
  })
}

type Accepted = {
  readonly person: Person
  readonly isNew: boolean
  readonly elsewhere: Elsewhere
  readonly tenant: { id: string; name: string }
}

/** Spends the token and makes the person a member. `caller` is who is signed in in this browser, if anybody. */
export async function accept(
  deps: Deps,
  caller: Context | undefined,
  { token, name, password }: z.output<typeof invitationAcceptance>,
  requestId: string,
): Promise<Accepted> {
  const { database, people } = deps
  const elsewhere = await signInElsewhere(people, { password })
  const { found, known } = await database.platformTx('read an invitation', async (tx) => {
    const invitation = await usable(tx, token)
    return { found: invitation, known: await whoMayConfirm(tx, people, caller, invitation.email) }
  })
  // Hashing takes its time, so it comes between the transactions; the second one looks again.
  const input = known ? undefined : await newcomer(people, found.email, { name, password }, [found.tenant], elsewhere)
  return database.platformTx('accept an invitation', async (tx) => {
    const { id, tenantId, tenant, role, email } = await usable(tx, token)
    const person = known ?? (await people.create(tx, input!))
    const joined = await deps.port.addMember(tx, { tenantId, personId: person.id, role, source: 'invitation' })
    await tx.run(acceptInvitation, { tenantId, id, personId: person.id })
    const actor = { type: 'person', id: person.id, name: person.name } as const
    await audit(
      tx,
      { tenantId, actor, permissions: new Set(), requestId },
      {
        action: 'tenants.invitation-accepted',
        subject: `person:${person.id}`,
        after: { invitation: id, email, ...(joined ? { role } : {}) },
      },
    )
    return { person, isNew: known === undefined, elsewhere, tenant: { id: tenantId, name: tenant } }
  })
}
