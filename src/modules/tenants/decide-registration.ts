/** A platform admin's word on who gets a tenant. */
import type { z } from 'zod'
import { audit } from '#kernel/audit/index.ts'
import { type Context, defaultTenantId, requirePlatformPermission } from '#kernel/context/index.ts'
import type { PlatformTx } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defaultLimit, pageOf } from '#kernel/paging/index.ts'
import type { Deps } from './deps.ts'
import { presetOf, slugFor } from './plans.ts'
import { alreadyDecided } from './problems.ts'
import { slugsLike } from './queries.ts'
import {
  decideRegistration,
  lockRegistration,
  pageOfRegistrations,
  type RegistrationRow,
} from './registration-queries.ts'
import type {
  registrationApproval,
  registrationApproved,
  registrationList,
  registrationQuery,
  registrationReply,
} from './schemas.ts'
import { addTenant, toTenant } from './tenants.ts'

const toRegistration = (row: RegistrationRow): z.output<typeof registrationReply> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  organisation: row.organisation,
  status: row.status as 'requested',
  requested_at: row.requestedAt!.toISOString(),
  decided_at: row.decidedAt?.toISOString() ?? null,
  decided_by: row.decidedBy,
  reason: row.reason,
  tenant_id: row.tenantId,
})

export async function listRegistrations(
  { database }: Deps,
  ctx: Context,
  { status, cursor, limit = defaultLimit }: z.output<typeof registrationQuery>,
): Promise<z.output<typeof registrationList>> {
  requirePlatformPermission(ctx, 'tenants:read')
  const rows = await database.platformTx('list registrations', (tx) =>
    tx.rows(pageOfRegistrations, { status: status ?? null, before: cursor ?? null, limit: limit + 1 }),
  )
  const { page, next } = pageOf(rows, limit, ({ id }) => id)
  return { registrations: page.map(toRegistration), next_cursor: next }
}

/** Makes the tenant, ready, with whoever asked as its owner. */
export async function approve(
  deps: Deps,
  ctx: Context,
  id: string,
  input: z.output<typeof registrationApproval>,
): Promise<z.output<typeof registrationApproved>> {
  requirePlatformPermission(ctx, 'tenants:write')
  return deps.database.platformTx('approve a registration', async (tx) => {
    const asked = await undecided(tx, id)
    const { plan, modules = presetOf(plan) } = input
    const slug = input.slug ?? (await freeSlug(tx, asked.organisation))
    const tenant = await addTenant(tx, ctx, { slug, name: asked.organisation, timeZone: 'UTC', plan, modules })
    await deps.port.addMember(tx, {
      tenantId: tenant.id,
      personId: asked.personId!,
      role: 'owner',
      source: 'registration',
    })
    await audit(
      tx,
      { ...ctx, tenantId: tenant.id },
      {
        action: 'tenants.member-added',
        subject: `person:${asked.personId}`,
        after: { name: asked.name, email: asked.email, role: 'owner', status: 'active' },
      },
    )
    const by = ctx.actor.name
    await tx.run(decideRegistration, { id, status: 'approved', by, reason: null, tenantId: tenant.id })
    await audit(
      tx,
      { ...ctx, tenantId: defaultTenantId },
      {
        action: 'tenants.registration-approved',
        subject: `registration:${id}`,
        after: { tenant: tenant.id, slug, plan, modules, owner: asked.email },
      },
    )
    await deps.mails.approved(tx, { tenantId: tenant.id, to: asked.email, tenant: tenant.name })
    return { registration: toRegistration((await tx.row(lockRegistration, { id }))!), tenant: toTenant(tenant) }
  })
}

export async function reject(
  deps: Deps,
  ctx: Context,
  id: string,
  reason: string,
): Promise<z.output<typeof registrationReply>> {
  requirePlatformPermission(ctx, 'tenants:write')
  return deps.database.platformTx('reject a registration', async (tx) => {
    const { email, organisation } = await undecided(tx, id)
    await tx.run(decideRegistration, { id, status: 'rejected', by: ctx.actor.name, reason, tenantId: null })
    await audit(
      tx,
      { ...ctx, tenantId: defaultTenantId },
      {
        action: 'tenants.registration-rejected',
        subject: `registration:${id}`,
        after: { email, organisation, reason },
      },
    )
    await deps.mails.rejected(tx, { to: email, organisation, reason })
    return toRegistration((await tx.row(lockRegistration, { id }))!)
  })
}

async function undecided(tx: PlatformTx, id: string): Promise<RegistrationRow> {
  const row = await tx.row(lockRegistration, { id })
  if (!row) throw new Problem(notFound, 'No request has this id.')
  if (row.status !== 'requested') throw new Problem(alreadyDecided, `The request is ${row.status}.`)
  return row
}

async function freeSlug(tx: PlatformTx, organisation: string): Promise<string> {
  const slug = slugFor(organisation, new Set())
  const taken = await tx.rows(slugsLike, { slug })
  return slugFor(organisation, new Set(taken.map((row) => row.slug)))
}
