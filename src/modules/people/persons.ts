/** Persons: making and changing them. */
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { auditable } from './person-context.ts'
import type { NewPerson, PeoplePort, Person } from './ports.ts'
import { emailTaken, lastPlatformAdmin } from './problems.ts'
import { countAdmins, insertPerson, lockAdmins, lockPerson, updatePerson } from './queries.ts'
import { endSessionsOf } from './sessions.ts'

export async function createPerson(tx: PlatformTx, input: NewPerson): Promise<Person> {
  const person = await tx.row(insertPerson, {
    id: uuidv7(),
    email: input.email,
    name: input.name,
    passwordHash: input.passwordHash ?? null,
    platformRole: input.platformRole ?? null,
  })
  if (!person) throw new Problem(emailTaken, 'A person with this e-mail address exists.')
  return person
}

/** See `PeoplePort.change`. */
export const changePerson: PeoplePort['change'] = async (tx, ctx, id, change) => {
  if (change.status !== undefined || change.platformRole !== undefined) await tx.row(lockAdmins, undefined)
  const before = await tx.row(lockPerson, { id })
  if (!before) throw new Problem(notFound, 'No person has this id.')
  const after = {
    name: change.name ?? before.name,
    status: change.status ?? before.status,
    platformRole: change.platformRole === undefined ? before.platformRole : change.platformRole,
  }
  const stays = after.status === 'active' && after.platformRole === 'platform_admin'
  if (before.status === 'active' && before.platformRole === 'platform_admin' && !stays) {
    const { active } = (await tx.row(countAdmins, undefined))!
    if (active <= 1) throw new Problem(lastPlatformAdmin, 'Without one nobody could administer the installation.')
  }
  const person = (await tx.row(updatePerson, { id, ...after }))!
  if (before.status === 'active' && after.status === 'disabled') await endSessionsOf(tx, { personId: id }, 'disabled')
  const of = ({ name, status, platformRole }: typeof after) => ({ name, status, platformRole })
  await audit(tx, auditable(ctx), {
    action: 'people.person-changed',
    subject: `person:${id}`,
    before: of(before),
    after,
  })
  return person
}
