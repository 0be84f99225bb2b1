/** Tenants as the platform sees them: made, changed, suspended, removed; and a tenant's own name and time zone. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { uuidv7 } from '#kernel/clock/index.ts'
import { type Context, defaultTenantId, requirePermission, requirePlatformPermission } from '#kernel/context/index.ts'
import type { PlatformTx, Tx } from '#kernel/database/index.ts'
import { invalidRequest, notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { Deps } from './deps.ts'
import { addInvitation, revokeOpen } from './invitations.ts'
import { type Plan, presetOf } from './plans.ts'
import { slugTaken, tenantState } from './problems.ts'
import {
  insertTenant,
  knownZone,
  lockTenant,
  ownTenant,
  pageOfTenants,
  type TenantRow,
  tenantBySlug,
  updateTenant,
} from './queries.ts'
import type {
  newTenant,
  platformTenant,
  platformTenantChange,
  platformTenantList,
  tenantChange,
  tenantQuery,
  tenantReply,
} from './schemas.ts'
import { closeAllSupport } from './support-access.ts'

const unchanged = { name: null, timeZone: null, status: null, plan: null, modules: null }

export const toTenant = (row: TenantRow): z.output<typeof tenantReply> => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  time_zone: row.timeZone,
  status: row.status,
  plan: row.plan,
  modules: row.modules,
  created_at: row.createdAt.toISOString(),
})

const toPlatformTenant = (row: z.output<typeof pageOfTenants.row>): z.output<typeof platformTenant> => ({
  ...toTenant(row),
  status_changed_at: row.statusChangedAt?.toISOString() ?? null,
  members: row.members,
  owners: row.owners,
  pending_invitations: row.pendingInvitations,
  last_seen_at: row.lastSeenAt?.toISOString() ?? null,
})

export async function listTenants(
  { database }: Pick<Deps, 'database'>,
  ctx: Context,
  { status, q, cursor, limit = defaultLimit }: z.output<typeof tenantQuery>,
): Promise<z.output<typeof platformTenantList>> {
  requirePlatformPermission(ctx, 'tenants:read')
  const wanted = { status: status ?? null, q: q ?? null, before: cursor ?? null, limit: limit + 1, id: null }
  const rows = await database.platformTx('list tenants', (tx) => tx.rows(pageOfTenants, wanted))
  const { page, next } = pageOf(rows, limit, ({ id }) => id)
  return { tenants: page.map(toPlatformTenant), next_cursor: next }
}

/** All there are, page by page. */
export async function listAllTenants(deps: Pick<Deps, 'database'>, ctx: Context) {
  const all: z.output<typeof platformTenant>[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listTenants(deps, ctx, { limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    all.push(...page.tenants)
    if (page.next_cursor === null) return all
    cursor = page.next_cursor
  }
}

/** The row itself, for who has checked the rest. Audited in the new tenant. */
export async function addTenant(
  tx: PlatformTx,
  ctx: Context,
  input: { slug: string; name: string; timeZone: string; plan: Plan; modules: readonly string[] },
): Promise<TenantRow> {
  const id = uuidv7()
  await requireZone(tx, input.timeZone)
  if ((await tx.run(insertTenant, { id, ...input })) === 0)
    throw new Problem(slugTaken, `A tenant is called "${input.slug}" already.`)
  await audit(tx, { ...ctx, tenantId: id }, { action: 'tenants.created', subject: `tenant:${id}`, after: input })
  return (await tx.row(tenantBySlug, { slug: input.slug }))!
}

/** Makes a tenant, and invites its owner where an address is given. */
export async function createTenant(
  deps: Deps,
  ctx: Context,
  input: z.output<typeof newTenant>,
): Promise<z.output<typeof platformTenant>> {
  requirePlatformPermission(ctx, 'tenants:write')
  const { slug, name, time_zone: timeZone = 'UTC', plan = 'enterprise', modules = presetOf(plan) } = input
  return deps.database.platformTx('create a tenant', async (tx) => {
    const tenant = await addTenant(tx, ctx, { slug, name, timeZone, plan, modules })
    if (input.owner_email !== undefined)
      await addInvitation(tx, deps.mails, ctx, { tenant, email: input.owner_email, role: 'owner' })
    return platformView(tx, tenant.id)
  })
}

/** Grants a plan or modules, suspends, or resumes. Keys, sessions and webhooks of a suspended tenant are refused within a second. */
export async function changeTenant(
  { database }: Deps,
  ctx: Context,
  id: string,
  change: z.output<typeof platformTenantChange>,
): Promise<z.output<typeof platformTenant>> {
  requirePlatformPermission(ctx, 'tenants:write')
  const status = change.status ?? null
  const plan = change.plan ?? null
  const modules = change.modules ?? null
  return database.platformTx('change a tenant', async (tx) => {
    const before = await locked(tx, id)
    if (status === 'suspended') refuseForDefault(before, 'suspended')
    if (status === 'suspended' && before.status === 'removed') throw new Problem(tenantState, 'The tenant is removed.')
    await tx.run(updateTenant, { ...unchanged, id, status, plan, modules })
    await auditChange(tx, ctx, before, 'tenants.changed')
    return platformView(tx, id)
  })
}

/**
 * Takes a tenant out of use: nobody enters it, nothing comes in, open invitations and support accesses end. Its data is kept until
 * it is erased, and resuming brings it back as it was.
 */
export async function removeTenant({ database }: Deps, ctx: Context, id: string): Promise<void> {
  requirePlatformPermission(ctx, 'tenants:write')
  await database.platformTx('remove a tenant', async (tx) => {
    const before = await locked(tx, id)
    refuseForDefault(before, 'removed')
    if (before.status === 'removed') return
    await tx.run(updateTenant, { ...unchanged, id, status: 'removed' })
    await revokeOpen(tx, ctx, { tenantId: id, id: null, email: null })
    await closeAllSupport(tx, ctx, id)
    await auditChange(tx, ctx, before, 'tenants.removed')
  })
}

export async function readOwn({ database }: Deps, ctx: Context): Promise<z.output<typeof tenantReply>> {
  const row = await database.tenantTx(ctx, (tx) => tx.row(ownTenant, undefined))
  if (!row) throw new Problem(notFound, 'You are in no tenant now.')
  return toTenant(row)
}

/** A tenant's own people change its name and its time zone; with the zone every day that metrics know begins elsewhere. */
export async function changeOwn(
  deps: Deps,
  ctx: Context,
  change: z.output<typeof tenantChange>,
): Promise<z.output<typeof tenantReply>> {
  requirePermission(ctx, 'tenant:write')
  const name = change.name ?? null
  const timeZone = change.time_zone ?? null
  return deps.database.tenantTx(ctx, async (tx) => {
    const before = await tx.row(lockTenant, { id: tx.tenantId })
    if (!before) throw new Problem(notFound, 'You are in no tenant now.')
    const changes = (name ?? before.name) !== before.name || (timeZone ?? before.timeZone) !== before.timeZone
    if (!changes) return toTenant(before)
    if (timeZone !== null) await requireZone(tx, timeZone)
    await tx.run(updateTenant, { ...unchanged, id: tx.tenantId, name, timeZone })
    if (timeZone !== null && timeZone !== before.timeZone) await deps.timeZoneChanged(tx, ctx)
    const after = (await tx.row(ownTenant, undefined))!
    const of = (row: TenantRow) => ({ name: row.name, timeZone: row.timeZone })
    await audit(tx, ctx, {
      action: 'tenants.changed',
      subject: `tenant:${tx.tenantId}`,
      before: of(before),
      after: of(after),
    })
    return toTenant(after)
  })
}

/** Both PostgreSQL, which reckons days, and the console's browser must know it: a region's name, or UTC. */
async function requireZone(tx: Tx, name: string) {
  const wellFormed = /^(UTC|[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+){1,2})$/.test(name) && inIntl(name)
  if (wellFormed && (await tx.row(knownZone, { name }))!.known) return
  const errors = [
    { pointer: '#/time_zone', detail: 'expected an IANA name, for example Europe/Berlin', code: 'time_zone' },
  ]
  throw new Problem(invalidRequest, `No time zone is called "${name}".`, { errors })
}

function inIntl(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
    return true
  } catch {
    return false
  }
}

async function locked(tx: PlatformTx, id: string): Promise<TenantRow> {
  const row = await tx.row(lockTenant, { id })
  if (!row) throw new Problem(notFound, 'No tenant has this id.')
  return row
}

function refuseForDefault({ id }: TenantRow, what: string) {
  if (id === defaultTenantId)
    throw new Problem(tenantState, `The first tenant holds the installation's settings and cannot be ${what}.`)
}

/** In the tenant that changed, where its own people read it. */
async function auditChange(tx: PlatformTx, ctx: Context, before: TenantRow, action: string) {
  const after = (await tx.row(tenantBySlug, { slug: before.slug }))!
  const of = ({ status, plan, modules }: TenantRow) => ({ status, plan, modules })
  const entry = { action, subject: `tenant:${before.id}`, before: of(before), after: of(after) }
  await audit(tx, { ...ctx, tenantId: before.id }, entry)
}

async function platformView(tx: PlatformTx, id: string): Promise<z.output<typeof platformTenant>> {
  const row = await tx.row(pageOfTenants, { status: null, q: null, before: null, limit: 1, id })
  return toPlatformTenant(row!)
}
