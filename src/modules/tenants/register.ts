/** Somebody asks for a tenant: a mail to the address, and once it is confirmed a request that the platform decides. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { randomToken, uuidv7 } from '#kernel/clock/index.ts'
import { type Context, defaultTenantId } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Person } from '#modules/people/index.ts'
import type { Deps } from './deps.ts'
import { linkSpent, registrationClosed } from './problems.ts'
import { confirmRegistration, insertRegistration, lockAddress, registrationByToken } from './registration-queries.ts'
import type { registrationConfirmation, registrationRequest } from './schemas.ts'
import { type Elsewhere, newcomer, signInElsewhere, whoMayConfirm } from './who-confirms.ts'

const confirmHours = 24
/** Mails to one address within an hour; past it the answer is the same and nothing is sent. */
const maxMailsPerHour = 3

/** Does the same whether the address has an account or not; only the words of the mail differ. */
export async function register(
  deps: Deps,
  { email, organisation }: z.output<typeof registrationRequest>,
): Promise<void> {
  await requireOpen(deps)
  const token = randomToken(32)
  const elsewhere = (await deps.people.provider()) !== undefined
  await deps.database.platformTx('register', async (tx) => {
    const known = (await deps.people.byEmail(tx, email)) !== undefined
    const row = { id: uuidv7(), email, organisation, hash: sha256(token), hours: confirmHours }
    await tx.run(lockAddress, { email })
    const { recent } = (await tx.row(insertRegistration, row))!
    if (recent > maxMailsPerHour) return
    await deps.mails.registration(tx, { to: email, organisation, token, hours: confirmHours, known, elsewhere })
  })
}

async function requireOpen({ port }: Deps) {
  if (!(await port.registrationOpen())) throw new Problem(registrationClosed, 'Nobody can register here now.')
}

async function usable(tx: PlatformTx, token: string) {
  const found = await tx.row(registrationByToken, { hash: sha256(token) })
  if (found?.status !== 'unconfirmed' || found.expired)
    throw new Problem(linkSpent, 'The request was confirmed already, or the link is too old.')
  return found
}

/** Makes the person, where the address has none, and the request. `caller` is who is signed in in this browser, if anybody. */
export async function confirm(
  deps: Deps,
  caller: Context | undefined,
  { token, name, password }: z.output<typeof registrationConfirmation>,
  requestId: string,
): Promise<{ person: Person; isNew: boolean; elsewhere: Elsewhere }> {
  const { database, people } = deps
  await requireOpen(deps)
  const elsewhere = await signInElsewhere(people, { password })
  const { found, known } = await database.platformTx('read a registration', async (tx) => {
    const registration = await usable(tx, token)
    return { found: registration, known: await whoMayConfirm(tx, people, caller, registration.email) }
  })
  const input = known
    ? undefined
    : await newcomer(people, found.email, { name, password }, [found.organisation], elsewhere)
  return database.platformTx('confirm a registration', async (tx) => {
    const { id, email, organisation } = await usable(tx, token)
    const person = known ?? (await people.create(tx, input!))
    await tx.run(confirmRegistration, { id, personId: person.id })
    const actor = { type: 'person', id: person.id, name: person.name } as const
    await audit(
      tx,
      { tenantId: defaultTenantId, actor, permissions: new Set(), requestId },
      { action: 'tenants.registered', subject: `registration:${id}`, after: { email, organisation } },
    )
    return { person, isNew: known === undefined, elsewhere }
  })
}
