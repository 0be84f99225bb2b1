/** Who may no longer, or not yet: everybody that a route has to refuse, made through the product's own doors. */
import assert from 'node:assert/strict'
import { type Context, type Permission, platformRoles, type TenantRole, tenantRoles } from '#kernel/context/index.ts'
import type { TestApp } from '../support/app.ts'

export type Headers = Record<string, string>
/** A caller of whom every route of the API wants nothing. */
export type Refused = { readonly who: string; readonly headers: Headers; readonly status: 401 | 403; says?: RegExp }

type Ask = (method: 'POST' | 'PATCH' | 'DELETE', url: string, headers: Headers, payload?: object) => Promise<string>

/** Calls that must succeed; returns the body. */
const asking =
  (app: TestApp): Ask =>
  async (method, url, headers, payload) => {
    const path = url.startsWith('/auth') ? url : `/api/v1${url}`
    const reply = await app.http.inject({ method, url: path, headers, ...(payload ? { payload } : {}) })
    assert.ok(reply.statusCode < 300, `${method} ${url}: ${reply.body}`)
    return reply.body
  }

/**
 * Who had all rights in the first tenant, or has them in one that is out of use. `tenantOnly` are refused where a route needs a tenant;
 * a person who is signed in and belongs nowhere may still look after their own account.
 */
export async function refusedCallers(app: TestApp, alpha: Context, asAlpha: Headers) {
  const ask = asking(app)
  const { tenantId } = alpha
  const root = await app.person({ tenantId: null, platformRole: 'platform_admin' })
  const member = () => app.person({ tenantId, role: 'owner' })
  const newKey = async () =>
    JSON.parse(await ask('POST', '/api-keys', asAlpha, { name: 'soon gone', scopes: ['*'] })) as {
      id: string
      key: string
    }

  const [revoked, expired] = [await newKey(), await newKey()]
  await ask('DELETE', `/api-keys/${revoked.id}`, asAlpha)
  await app.sql('update api_key set expires_at = now() where id = $1', [expired.id])
  const [ended, disabled, suspendedMember, removedMember] = await Promise.all([member(), member(), member(), member()])
  await ask('POST', '/auth/sign-out', ended.headers, {})
  await ask('PATCH', `/people/${disabled.id}`, root.headers, { status: 'disabled' })
  await ask('PATCH', `/members/${suspendedMember.id}`, asAlpha, { status: 'suspended' })
  await ask('DELETE', `/members/${removedMember.id}`, asAlpha)

  const outOfUse = async (end: (id: string) => Promise<string>) => {
    const tenant = await app.tenant()
    const key = await app.key({ tenantId: tenant.tenantId })
    const person = await app.person({ tenantId: tenant.tenantId })
    await end(tenant.tenantId)
    return { key, person }
  }
  const suspended = await outOfUse((id) => ask('PATCH', `/tenants/${id}`, root.headers, { status: 'suspended' }))
  const removed = await outOfUse((id) => ask('DELETE', `/tenants/${id}`, root.headers))

  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  const always: Refused[] = [
    { who: 'nobody', headers: {}, status: 401 },
    { who: 'a key that never was', headers: bearer(`d2_${'x'.repeat(43)}`), status: 401 },
    { who: 'another scheme', headers: { authorization: 'Basic abc' }, status: 401 },
    { who: 'a revoked key', headers: bearer(revoked.key), status: 401, says: /is revoked/ },
    { who: 'an expired key', headers: bearer(expired.key), status: 401, says: /is expired/ },
    { who: 'a key of a suspended tenant', headers: suspended.key, status: 401, says: /is suspended/ },
    { who: 'a key of a removed tenant', headers: removed.key, status: 401, says: /is suspended/ },
    { who: 'a session that was ended', headers: ended.headers, status: 401, says: /is revoked/ },
    { who: 'a disabled person', headers: disabled.headers, status: 401, says: /is (revoked|disabled)/ },
  ]
  const tenantOnly: Refused[] = [
    { who: 'a suspended member', headers: suspendedMember.headers, status: 403 },
    { who: 'a removed member', headers: removedMember.headers, status: 403 },
    { who: 'an owner of a suspended tenant', headers: suspended.person.headers, status: 403 },
    { who: 'an owner of a removed tenant', headers: removed.person.headers, status: 403 },
  ]
  return { always, tenantOnly }
}

/** For each role somebody who has exactly that, in the first tenant or on the platform, and who is just below it. */
export async function ladder(app: TestApp, tenantId: string) {
  const ofTenant = await Promise.all(
    tenantRoles.map(async (role) => [role, (await app.person({ tenantId, role })).headers] as const),
  )
  const ofPlatform = await Promise.all(
    platformRoles.map(async (platformRole) => {
      // Owner of the tenant besides, so that no role of a tenant stands in for one of the platform.
      const { headers } = await app.person({ tenantId, role: 'owner', platformRole })
      return [platformRole, headers] as const
    }),
  )
  const outsider = (await app.person({ tenantId: null })).headers
  const exactly = new Map<string, Headers>([...ofTenant, ...ofPlatform])
  const below = (least: Permission['least']): Headers => {
    const rank = tenantRoles.indexOf(least as TenantRole)
    if (rank > 0) return exactly.get(tenantRoles[rank - 1]!)!
    if (rank === 0) return outsider
    return exactly.get(least === 'support' ? 'owner' : 'support')!
  }
  return { exactly: (least: Permission['least']) => exactly.get(least)!, below, outsider }
}
