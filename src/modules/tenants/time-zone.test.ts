import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { githubWebhook } from '#test/support/webhooks.ts'
import { makeBench } from './test-bench.ts'

const app = await testApp()
const { get, post, patch, audited } = makeBench(app)

test('[P4] [D4] with another time zone every day of the metrics begins elsewhere, and months follow', async () => {
  const { tenantId } = await app.tenant('UTC')
  const key = await app.key({ tenantId })
  const connection = (await post('/connections', key, { source: 'github', name: 'x' })).body
  const repository = { full_name: 'acme/shop', default_branch: 'main' }
  await post('/streams', key, { id: 'shop', name: 'Shop', sources: [{ kind: 'repository', value: 'acme/shop' }] })
  // Half past eleven at night of the last of October in UTC: in Berlin it is November already.
  for (const [id, at] of [
    [1, '2026-10-31T23:30:00Z'],
    [2, '2026-10-15T12:00:00Z'],
  ] as const) {
    const deployment = {
      id,
      sha: String(id).repeat(40),
      ref: 'main',
      environment: 'production',
      created_at: at,
      payload: {},
    }
    const status = { state: 'success', created_at: at, environment: 'production' }
    const sent = githubWebhook(
      'deployment_status',
      { action: 'created', deployment, deployment_status: status, repository },
      { connection: connection.id, secret: connection.secret },
    )
    assert.equal((await app.http.inject(sent)).statusCode, 202)
  }
  await app.settle()
  const days = async (table = 'dora_daily', column = 'day') =>
    (
      await app.sql(
        `select stream_id, ${column}::text as at, deployments from ${table} where tenant_id = $1 and deployments > 0 order by 1, 2`,
        [tenantId],
      )
    ).map((row) => `${row.stream_id} ${row.at} ${row.deployments}`)
  assert.deepEqual(await days(), ['all 2026-10-15 1', 'all 2026-10-31 1', 'shop 2026-10-15 1', 'shop 2026-10-31 1'])
  const changed = await patch('/tenant', key, { time_zone: 'Europe/Berlin' })
  assert.deepEqual([changed.status, changed.body.time_zone], [200, 'Europe/Berlin'], changed.text)
  await app.settle()
  assert.deepEqual(await days(), ['all 2026-10-15 1', 'all 2026-11-01 1', 'shop 2026-10-15 1', 'shop 2026-11-01 1'])
  assert.deepEqual(await days('dora_monthly', 'month'), [
    'all 2026-10-01 1',
    'all 2026-11-01 1',
    'shop 2026-10-01 1',
    'shop 2026-11-01 1',
  ])
  const [entry] = await audited(tenantId, 'tenants.changed')
  assert.equal((entry!.delta as { before: { timeZone: string } }).before.timeZone, 'UTC')
})

test('[P4] a name or the same zone has nothing reckoned again; a zone that is none is 422', async () => {
  const { tenantId } = await app.tenant('UTC')
  const admin = await app.person({ tenantId, role: 'admin' })
  const said = async () => (await app.sql('select from domain_event where tenant_id = $1', [tenantId])).length
  assert.equal((await patch('/tenant', admin.headers, { name: 'New name', time_zone: 'UTC' })).body.name, 'New name')
  assert.equal(await said(), 0)
  for (const zone of [
    'Mars/Olympus',
    'posix/UTC',
    '+01:00',
    'utc',
    "UTC'; drop table tenant --",
    'Europe/berlin',
    'localtime',
    'Factory',
  ])
    assert.equal((await patch('/tenant', admin.headers, { time_zone: zone })).status, 422, zone)
  assert.equal((await get('/tenant', admin.headers)).body.time_zone, 'UTC')
  for (const field of ['slug', 'plan', 'status', 'id', 'modules'])
    assert.equal((await patch('/tenant', admin.headers, { name: 'x', [field]: 'x' })).status, 422, field)
  const member = await app.person({ tenantId, role: 'operator' })
  assert.equal((await patch('/tenant', member.headers, { name: 'x' })).status, 403)
})
