/** Which group may do what here: platform administrators write it down. */
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import {
  type Context,
  defaultTenantId,
  type PlatformRole,
  requirePlatformPermission,
  type TenantRole,
} from '#kernel/context/index.ts'
import type { Database, PlatformTx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import { mappingExists } from './problems.ts'
import {
  deleteMapping,
  insertMapping,
  type Mapping,
  mappingById,
  mappingOf,
  pageOfMappings,
  tenantExists,
} from './queries.ts'

export type NewMapping = {
  readonly group: string
  readonly note?: string | undefined
  readonly platformRole?: PlatformRole | undefined
  readonly tenantId?: string | undefined
  readonly role?: TenantRole | undefined
}

/** A page of them, newest first; `next` is the cursor of the page after, null where there is none. */
export async function listMappings(
  database: Database,
  ctx: Context,
  { cursor, limit = defaultLimit }: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
): Promise<{ page: Mapping[]; next: string | null }> {
  requirePlatformPermission(ctx, 'sso:read')
  const wanted = { before: cursor ?? null, limit: limit + 1 }
  const rows = await database.platformTx('list mappings', (tx) => tx.rows(pageOfMappings, wanted))
  return pageOf(rows, limit, ({ id }) => id)
}

/**
 * Writes a mapping down; one that says the same is that mapping, so that repeating the request changes nothing. Throws
 * `sso/mapping-exists` when the group has another role there.
 */
export function addMapping(database: Database, ctx: Context, input: NewMapping): Promise<Mapping> {
  requirePlatformPermission(ctx, 'sso:write')
  const { group, note = null, platformRole = null, tenantId = null, role = null } = input
  return database.platformTx('add a mapping', async (tx) => {
    if (tenantId !== null && !(await tx.row(tenantExists, { id: tenantId }))!.found)
      throw new Problem(invalidRequest, 'The tenant does not exist.', {
        errors: [{ pointer: '#/tenant_id', detail: 'no tenant has this id' }],
      })
    const id = uuidv7()
    if ((await tx.run(insertMapping, { id, group, note, platformRole, tenantId, role })) > 0) {
      const made = await find(tx, id)
      await audit(tx, contextOf(ctx, tenantId), {
        action: 'sso.mapping-added',
        subject: `oidc_mapping:${id}`,
        after: shown(made),
      })
      return made
    }
    const there = (await tx.row(mappingOf, { group, tenantId }))!
    if (there.role !== role || there.platformRole !== platformRole)
      throw new Problem(mappingExists, `The group has the role ${there.role ?? there.platformRole} there.`)
    return find(tx, there.id)
  })
}

/** Takes effect when people of the group sign in next. */
export function removeMapping(database: Database, ctx: Context, id: string): Promise<void> {
  requirePlatformPermission(ctx, 'sso:write')
  return database.platformTx('remove a mapping', async (tx) => {
    const before = await find(tx, id)
    await tx.run(deleteMapping, { id })
    await audit(tx, contextOf(ctx, before.tenantId), {
      action: 'sso.mapping-removed',
      subject: `oidc_mapping:${id}`,
      before: shown(before),
    })
  })
}

/** What gives a role in a tenant is for that tenant to see; the rest stands in the default one. */
const contextOf = (ctx: Context, tenantId: string | null): Context => ({
  ...ctx,
  tenantId: tenantId ?? defaultTenantId,
})

const shown = ({ group, note, platformRole, tenantId, role }: Mapping) => ({
  group,
  note,
  platformRole,
  tenantId,
  role,
})

async function find(tx: PlatformTx, id: string): Promise<Mapping> {
  const mapping = await tx.row(mappingById, { id })
  if (!mapping) throw new Problem(notFound, 'No mapping has this id.')
  return mapping
}
