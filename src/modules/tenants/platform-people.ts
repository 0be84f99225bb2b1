/** People as the platform sees them. */
import type { z } from 'zod'
import { type Context, defaultTenantId, requirePlatformPermission } from '#kernel/context/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { Deps } from './deps.ts'
import { pageOfPeople } from './review-queries.ts'
import type { peopleQuery, personChange, personList, personReply } from './schemas.ts'

const toPerson = (row: z.output<typeof pageOfPeople.row>): z.output<typeof personReply> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  status: row.status,
  platform_role: row.platformRole,
  created_at: row.createdAt.toISOString(),
  last_seen_at: row.lastSeenAt?.toISOString() ?? null,
  tenants: row.tenants,
})

export async function listPeople(
  { database }: Deps,
  ctx: Context,
  { q, status, platform_role: role, cursor, limit = defaultLimit }: z.output<typeof peopleQuery>,
): Promise<z.output<typeof personList>> {
  requirePlatformPermission(ctx, 'people:read')
  const rows = await database.platformTx('list people', (tx) =>
    tx.rows(pageOfPeople, {
      id: null,
      q: q ?? null,
      status: status ?? null,
      platformRole: role ?? null,
      before: cursor ?? null,
      limit: limit + 1,
    }),
  )
  const { page, next } = pageOf(rows, limit, ({ id }) => id)
  return { people: page.map(toPerson), next_cursor: next }
}

/** Disables an account or lets it in again, gives or takes a platform role. A platform admin always remains. */
export async function changePerson(
  { database, people }: Deps,
  ctx: Context,
  id: string,
  change: z.output<typeof personChange>,
): Promise<z.output<typeof personReply>> {
  requirePlatformPermission(ctx, 'people:write')
  return database.platformTx('change a person', async (tx) => {
    // Told where the installation's own people read it, not in the tenant that the admin happens to be in.
    await people.change(tx, { ...ctx, tenantId: defaultTenantId }, id, {
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.platform_role === undefined ? {} : { platformRole: change.platform_role }),
    })
    const one = { q: null, status: null, platformRole: null, before: null, limit: 1 }
    return toPerson((await tx.row(pageOfPeople, { ...one, id }))!)
  })
}
