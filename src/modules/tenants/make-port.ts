import { z } from 'zod'
import { monotonicMs } from '#kernel/clock/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { notFound, Problem } from '#kernel/errors/index.ts'
import { defineSetting, readPlatformSetting } from '#kernel/settings/index.ts'
import { isInvited } from './invitation-queries.ts'
import {
  deleteMember,
  homeTenant,
  insertMember,
  memberOf,
  memberships,
  otherOwnersOf,
  touchMember,
  touchPerson,
  updateMember,
} from './member-queries.ts'
import type { TenantsPort } from './ports.ts'
import { allTenants, lockTenant, ownTenant, tenantBySlug } from './queries.ts'

export const registrationSetting = defineSetting({
  name: 'tenants.registration',
  summary:
    'Whether people may ask for a tenant of their own: `auto` is open where mail arrives or outside production, and closed otherwise.',
  schema: z.enum(['auto', 'open', 'closed']),
  default: 'auto',
  scope: 'platform',
})

const touchEveryMs = 60_000
const maxTouched = 5000

type PortNeeds = { readonly database: Database; readonly openByDefault: boolean }

export function makePort({ database, openByDefault }: PortNeeds): TenantsPort {
  const touched = new Map<string, number>()
  return {
    async own(ctx) {
      const tenant = await database.tenantTx(ctx, (tx) => tx.row(ownTenant, undefined))
      if (!tenant) throw new Problem(notFound, 'You are in no tenant now.')
      return tenant
    },
    async bySlug(slug) {
      const tenant = await database.platformTx('tenant by slug', (tx) => tx.row(tenantBySlug, { slug }))
      if (!tenant) throw new Problem(notFound, `No tenant is called "${slug}".`)
      return tenant
    },
    list: ({ all = false } = {}) =>
      database.platformTx('list tenants', (tx) => tx.rows(allTenants, { suspended: all })),
    async homeTenant(personId) {
      const found = await database.platformTx('home tenant', (tx) => tx.row(homeTenant, { personId }))
      return found?.id ?? null
    },
    async membershipsOf(personId) {
      const rows = await database.platformTx('memberships', (tx) => tx.rows(memberships, { personId, tenantId: null }))
      return rows.map(({ timeZone: _, lastSeenAt: __, ...row }) => row)
    },
    isInvited: (email) =>
      database.platformTx('is the address invited', async (tx) => (await tx.row(isInvited, { email }))!.invited),
    addMember: async (tx, input) => (await tx.run(insertMember, input)) > 0,
    async setRoleBySso(tx, { tenantId, personId, role }) {
      const tenant = await tx.row(lockTenant, { id: tenantId })
      const member = await tx.row(memberOf, { tenantId, personId })
      const before = member?.role ?? null
      const leave = (admits: boolean) => ({ before, after: before, admits })
      const set = { before, after: role, admits: role !== null }
      if (!member) {
        if (role !== null) await tx.run(insertMember, { tenantId, personId, role, source: 'sso' })
        return set
      }
      if (member.source !== 'sso' || before === role) return leave(true)
      // Mappings of a removed tenant are not asked for, so here no role is no news.
      if (member.status === 'suspended' || tenant?.status === 'removed') return leave(role !== null)
      if (before === 'owner' && (await tx.row(otherOwnersOf, { tenantId, personId }))!.count === 0) return leave(true)
      if (role === null) await tx.run(deleteMember, { tenantId, personId })
      else await tx.run(updateMember, { tenantId, personId, role, status: null, source: null })
      return set
    },
    touch({ personId, tenantId }) {
      const key = `${personId} ${tenantId}`
      if (monotonicMs() - (touched.get(key) ?? Number.NEGATIVE_INFINITY) < touchEveryMs) return
      if (touched.size >= maxTouched) touched.clear()
      touched.set(key, monotonicMs())
      database
        .platformTx(
          'note who was here',
          async (tx) => {
            await tx.run(touchPerson, { personId })
            if (tenantId !== null) await tx.run(touchMember, { tenantId, personId })
          },
          { mayBeLost: true },
        )
        .catch(() => touched.delete(key))
    },
    async registrationOpen() {
      const value = await database.platformTx('registration', (tx) => readPlatformSetting(tx, registrationSetting))
      return value === 'open' || (value === 'auto' && openByDefault)
    },
  }
}
