import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'

const app = await testApp()
const alpha = await app.tenant()
const asAlpha = await app.key({ tenantId: alpha.tenantId })
const asFirst = await app.key({ tenantId: defaultTenantId })

const call = async (
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
  headers: Record<string, string>,
  payload?: object,
) => {
  const reply = await app.http.inject({
    method,
    url: `/api/v1/settings${path}`,
    headers,
    ...(payload ? { payload } : {}),
  })
  return { status: reply.statusCode, body: reply.json() }
}
const listed = async (headers: Record<string, string>, name: string) =>
  (await call('GET', '', headers)).body.settings.find((setting: { name: string }) => setting.name === name)
const audited = () =>
  app.sql(
    `select action, delta, actor_type from audit_events where tenant_id = $1 and module = 'settings' order by id`,
    [alpha.tenantId],
  )

test('every module’s setting is listed with value, default and a JSON schema', async () => {
  const { settings } = (await call('GET', '', asAlpha)).body
  assert.ok(settings.length > 10)
  const label = settings.find(({ name }: { name: string }) => name === 'delivery.incident_label')
  assert.deepEqual(
    { ...label, schema: label.schema.type },
    {
      name: 'delivery.incident_label',
      summary: 'Label that makes a GitHub issue an incident; case does not matter.',
      scope: 'tenant',
      value: 'incident',
      default: 'incident',
      changed_at: null,
      schema: 'string',
    },
  )
})

test('[P7] a change is one tenant’s own, audited with before and after, and taken back by a reset', async () => {
  const changed = await call('PUT', '/delivery.incident_label', asAlpha, { value: 'outage' })
  assert.equal(changed.status, 200)
  assert.equal(changed.body.value, 'outage')
  assert.ok(changed.body.changed_at)
  await call('PUT', '/delivery.incident_label', asAlpha, { value: 'outage' })
  assert.equal((await listed(asAlpha, 'delivery.incident_label')).value, 'outage')
  assert.equal((await listed(asFirst, 'delivery.incident_label')).value, 'incident')
  const reset = await call('DELETE', '/delivery.incident_label', asAlpha)
  assert.deepEqual([reset.body.value, reset.body.changed_at], ['incident', null])
  await call('DELETE', '/delivery.incident_label', asAlpha)
  assert.deepEqual(await audited(), [
    { action: 'settings.changed', delta: { before: 'incident', after: 'outage' }, actor_type: 'key' },
    { action: 'settings.reset', delta: { before: 'outage', after: 'incident' }, actor_type: 'key' },
  ])
})

test('a value that does not fit is 422 and its fault is named; a name that is none is 404', async () => {
  const faults: [string, unknown, string][] = [
    ['delivery.incident_label', 7, '#/value'],
    ['delivery.production_environments', ['live', ''], '#/value/1'],
    ['delivery.attribution_window_hours', '72', '#/value'],
    ['delivery.deployments_from', 'gitlab', '#/value'],
  ]
  for (const [name, value, pointer] of faults) {
    const { status, body } = await call('PUT', `/${name}`, asAlpha, { value })
    assert.equal(status, 422)
    assert.equal(body.errors[0].pointer, pointer)
  }
  assert.equal((await call('PUT', '/delivery.incident_label', asAlpha, {})).status, 422)
  assert.equal((await call('PUT', '/delivery.incident_label', asAlpha, { value: 'x', scope: 'platform' })).status, 422)
  for (const name of ['nope', '__proto__', 'constructor'])
    assert.equal((await call('PUT', `/${name}`, asAlpha, { value: 1 })).status, 404, name)
})

test('[P4] the installation’s settings are changed with a permission of the platform, from whichever tenant', async () => {
  const { settings } = (await call('GET', '', asAlpha)).body
  const own = settings.find(({ scope }: { scope: string }) => scope === 'platform')
  assert.ok(own, 'there is one')
  const refused = [
    asAlpha,
    (await app.person({ role: 'owner' })).headers,
    (await app.person({ tenantId: alpha.tenantId, role: 'owner' })).headers,
    (await app.person({ tenantId: null, platformRole: 'support' })).headers,
    await app.key({ scopes: ['settings:write'] }),
  ]
  for (const headers of refused) {
    assert.equal((await call('PUT', `/${own.name}`, headers, { value: own.default })).status, 403)
    assert.equal((await call('DELETE', `/${own.name}`, headers)).status, 403)
  }
  const admin = (await app.person({ tenantId: alpha.tenantId, role: 'viewer', platformRole: 'platform_admin' })).headers
  const alone = (await app.person({ tenantId: null, platformRole: 'platform_admin' })).headers
  for (const headers of [asFirst, admin, alone]) {
    const set = await call('PUT', `/${own.name}`, headers, { value: own.default })
    assert.equal(set.status, 200, JSON.stringify(set.body))
    assert.ok(set.body.changed_at && (await listed(asAlpha, own.name)).changed_at, 'and everybody sees it')
    assert.equal((await call('DELETE', `/${own.name}`, headers)).status, 200)
    assert.equal((await listed(asAlpha, own.name)).changed_at, null)
  }
  assert.equal((await call('PUT', '/delivery.incident_label', admin, { value: 'x' })).status, 403, 'a viewer there')
  const [row] = await app.sql(
    `select count(*)::int as n from audit_events where tenant_id = $1 and module = 'settings' and actor_type = 'person'`,
    [defaultTenantId],
  )
  assert.equal(row!.n, 4, 'told in the audit of the first tenant')
})

test('[D4] what is derived follows a setting in the same transaction', async () => {
  await app.sql(
    `insert into incident_events (tenant_id, source, incident_key, action, occurred_at)
     select $1, 'github', 'acme/shop#1', 'opened', now()`,
    [alpha.tenantId],
  )
  const before = await app.sql(`select count(*)::int as n from domain_event where tenant_id = $1`, [alpha.tenantId])
  await call('PUT', '/delivery.attribution_window_hours', asAlpha, { value: 24 })
  const between = await app.sql(`select count(*)::int as n from domain_event where tenant_id = $1`, [alpha.tenantId])
  assert.ok(Number(between[0]!.n) > Number(before[0]!.n), 'derivation is due again')
  await call('PUT', '/delivery.attribution_window_hours', asAlpha, { value: 24 })
  await call('PUT', '/delivery.bands_version', asAlpha, { value: 'dora-2021' })
  const after = await app.sql(`select count(*)::int as n from domain_event where tenant_id = $1`, [alpha.tenantId])
  assert.deepEqual(after, between, 'neither the same value nor a matter of display costs anything')
})
