import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { type Context, defaultTenantId, permissionsOf, platformRoles, tenantRoles } from '#kernel/context/index.ts'
import { makeDial } from '#kernel/dial/index.ts'
import type { Problem } from '#kernel/errors/index.ts'
import { sql, statement } from '#kernel/sql/index.ts'
import { testDatabase } from '#test/support/database.ts'
import { personOf, routesOf } from '#test/support/routes.ts'
import { dialAllowances } from './index.ts'

const db = await testDatabase()
const [alpha, beta] = [await db.tenant(), await db.tenant()]
const started = dialAllowances.start({ database: db.database, ofInstallation: [] })
const ask = await routesOf(started)
const both = ['dial:read', 'dial:write']
const admin = personOf(alpha.tenantId, both)
const body = (more: object = {}) => ({
  tenant_id: alpha.tenantId,
  target: '127.0.0.0/8',
  reason: 'Their Jira stands there',
  ...more,
})

test('[W5] 62: no role of a tenant, and no key of a tenant whatever its scopes, decides what that tenant may reach', async () => {
  for (const role of tenantRoles) deepEqual(permissionsOf(role, dialAllowances.permissions!), [], role)
  deepEqual(
    platformRoles.map((role) => permissionsOf(role, dialAllowances.permissions!).length),
    [0, 2],
  )
  const key = (tenantId: string, permissions: string[]): Context => ({
    tenantId,
    actor: { type: 'key', id: 'k', name: 'k' },
    permissions: new Set(permissions),
  })
  for (const caller of [
    personOf(alpha.tenantId, ['settings:write', 'session:read']),
    key(alpha.tenantId, both),
    key(alpha.tenantId, ['*']),
  ]) {
    for (const [method, url, payload] of [
      ['POST', '/dial-allowances', body()],
      ['GET', '/dial-allowances', undefined],
      ['DELETE', '/dial-allowances/0199c000-0000-7000-8000-000000000001', undefined],
    ] as const)
      equal((await ask(method, url, caller, payload)).statusCode, 403, `${caller.actor.type} ${method}`)
  }
  equal((await ask('GET', '/dial-allowances', key(defaultTenantId, ['dial:read']))).statusCode, 200)
  // Not even with SQL as the tenant's own role.
  const plant = statement({
    name: 'test.plant-allowance',
    row: { parse: () => undefined } as never,
    sample: { tenantId: alpha.tenantId },
    sql: ({ tenantId }: { tenantId: string }) => sql`
      insert into dial_allowance (tenant_id, id, target, reason, created_by) values (${tenantId}::uuid, gen_random_uuid(), '0.0.0.0/0', 'x', 'x')`,
  })
  await rejects(
    db.database.tenantTx(alpha, (tx) => tx.run(plant, { tenantId: alpha.tenantId })),
    /permission denied/,
  )
  deepEqual(await db.sql('select id from dial_allowance'), [])
})

test('[W5] an allowance is one tenant’s, audited there, made once, and ends within a second', async () => {
  const server = createServer((_, reply) => void reply.end('inside'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => server.close())
  const { port } = server.address() as { port: number }
  const dial = makeDial({ allowancesOf: started.port.of })
  after(() => dial.close())
  const as = (tenantId?: string) =>
    dial.fetch(`http://127.0.0.1:${port}/`, { policy: { name: 'test', schemes: ['http'], tenantId } }).then(
      (reply) => reply.text(),
      (error: Problem) => error.type.slug,
    )
  equal(await as(alpha.tenantId), 'dial/target-refused')

  const made = await ask('POST', '/dial-allowances', admin, body({ target: ` 127.0.0.1:${port} ` }))
  equal(made.statusCode, 201, made.body)
  deepEqual([made.json().target, made.json().created_by], [`127.0.0.1:${port}`, 'Somebody'])
  const again = await ask(
    'POST',
    '/dial-allowances',
    admin,
    body({ target: `127.0.0.1:${port}`, reason: 'again and again' }),
  )
  equal(again.json().id, made.json().id)
  const second = Date.now() + 5000
  while ((await as(alpha.tenantId)) !== 'inside') ok(Date.now() < second, 'it is known within a moment')
  deepEqual([await as(beta.tenantId), await as()], ['dial/target-refused', 'dial/target-refused'])

  const list = (await ask('GET', `/dial-allowances?tenant_id=${alpha.tenantId}`, admin)).json()
  deepEqual(
    list.allowances.map(({ id }: { id: string }) => id),
    [made.json().id],
  )
  deepEqual((await ask('GET', `/dial-allowances?tenant_id=${beta.tenantId}`, admin)).json().allowances, [])
  equal((await ask('DELETE', `/dial-allowances/${made.json().id}`, admin)).statusCode, 204)
  equal((await ask('DELETE', `/dial-allowances/${made.json().id}`, admin)).statusCode, 404)
  while ((await as(alpha.tenantId)) === 'inside') ok(Date.now() < second + 5000, 'it ends within a moment')
  deepEqual(
    (await db.sql(`select tenant_id, action from audit_events where module = 'dial' order by created_at, id`)).map(
      ({ tenant_id, action }) => [tenant_id, action],
    ),
    [
      [alpha.tenantId, 'dial.allowed'],
      [alpha.tenantId, 'dial.allowance-ended'],
    ],
  )
})

test('[W5] 49: what can be no allowance is told where, and a tenant that does not exist', async () => {
  for (const target of [
    '169.254.169.254',
    '169.254.0.0/16',
    '[fd00:ec2::254]:80',
    '0.0.0.0/0',
    '*',
    'http://x',
    '2130706433',
    'fe80::/10',
  ]) {
    const reply = await ask('POST', '/dial-allowances', admin, body({ target }))
    deepEqual([reply.statusCode, reply.json().errors?.[0]?.pointer], [422, '#/target'], target)
  }
  match((await ask('POST', '/dial-allowances', admin, body({ reason: 'x' }))).body, /reason/)
  equal(
    (await ask('POST', '/dial-allowances', admin, body({ tenant_id: '0199c000-0000-7000-8000-0000000000ff' })))
      .statusCode,
    404,
  )
})
