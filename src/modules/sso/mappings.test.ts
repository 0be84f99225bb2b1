import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { testApp } from '#test/support/app.ts'
import { openBrowser } from './test-browser.ts'
import { clientId, clientSecret, startIssuer } from './test-issuer.ts'

const issuer = await startIssuer()
const app = await testApp({
  AUTH_METHOD: 'oidc',
  OIDC_ISSUER: issuer.issuer,
  OIDC_CLIENT_ID: clientId,
  OIDC_CLIENT_SECRET: clientSecret,
  OIDC_REDIRECT_URI: 'http://127.0.0.1:4444/auth/social/callback',
  DIAL_ALLOW: '127.0.0.1',
  ALLOW_TEST_LOGIN: '1',
})
const admin = await app.key()
const mappings = (
  method: 'GET' | 'POST' | 'DELETE',
  more: { path?: string; payload?: object; headers?: object } = {},
) =>
  app.http.inject({
    method,
    url: `/api/v1/oidc-mappings${more.path ?? ''}`,
    headers: { ...(more.headers ?? admin) },
    ...(more.payload ? { payload: more.payload } : {}),
  })
const checks = app.composed.started
  .flatMap(({ doctor }) => [...(doctor ?? [])])
  .find(({ name }) => name === 'sso.oidc')!

test('[P2] mappings are listed with the provider, made, made again without effect, and deleted; each change is audited', async () => {
  const { tenantId } = await app.tenant()
  const payload = {
    group: 'a1b2c3d4-0000-4000-8000-000000000000',
    note: 'Operators',
    tenant_id: tenantId,
    role: 'operator',
  }
  const made = await mappings('POST', { payload })
  assert.equal(made.statusCode, 201, made.body)
  const again = await mappings('POST', { payload })
  assert.deepEqual(again.json(), made.json())
  const clash = await mappings('POST', { payload: { ...payload, role: 'owner' } })
  assert.equal(clash.statusCode, 409)
  assert.equal(clash.json().type, '/problems/sso/mapping-exists')
  const platform = await mappings('POST', { payload: { group: payload.group, platform_role: 'support' } })
  assert.equal(platform.statusCode, 201)
  const list = (await mappings('GET')).json()
  assert.equal(list.mappings.length, 2)
  assert.equal(list.mappings[0].tenant_name, null)
  assert.equal(list.provider.issuer, issuer.issuer)
  assert.ok(!JSON.stringify(list).includes(clientSecret))
  for (const { id } of list.mappings) assert.equal((await mappings('DELETE', { path: `/${id}` })).statusCode, 204)
  assert.equal((await mappings('DELETE', { path: `/${made.json().id}` })).statusCode, 404)
  const audited = await app.sql(
    `select tenant_id, action, delta from audit_events where subject = $1 order by created_at`,
    [`oidc_mapping:${made.json().id}`],
  )
  assert.deepEqual(
    audited.map(({ action, tenant_id: of }) => [action, of]),
    [
      ['sso.mapping-added', tenantId],
      ['sso.mapping-removed', tenantId],
    ],
  )
  const [other] = await app.sql('select tenant_id from audit_events where subject = $1', [
    `oidc_mapping:${platform.json().id}`,
  ])
  assert.equal(other!.tenant_id, defaultTenantId)
})

test('[P2] two who map one group at a time make one mapping', async () => {
  const payload = { group: 'same', platform_role: 'support' }
  const replies = await Promise.all(Array.from({ length: 8 }, () => mappings('POST', { payload })))
  assert.deepEqual(new Set(replies.map(({ statusCode }) => statusCode)), new Set([201]))
  assert.equal(new Set(replies.map((reply) => reply.json().id)).size, 1)
})

test('[P2] 97: mappings are for platform administrators, and their form is exact', async () => {
  const tenant = await app.tenant()
  const people: [string, string | null, string | null][] = [
    ['owner@example.com', null, 'owner'],
    ['helper@example.com', 'support', null],
    ['root@example.com', 'platform_admin', null],
  ]
  for (const [email, platformRole, role] of people) {
    const [person] = await app.sql(
      `insert into person (id, email, name, platform_role) values (gen_random_uuid(), $1, 'x', $2) returning id`,
      [email, platformRole],
    )
    if (role)
      await app.sql(`insert into member (tenant_id, person_id, role, source) values ($1, $2, $3, 'first')`, [
        tenant.tenantId,
        person!.id,
        role,
      ])
    const browser = openBrowser(app.http)
    const headers = { 'sec-fetch-site': 'same-origin', accept: 'application/json' }
    await browser.send({ method: 'POST', url: '/auth/test-login', payload: { email }, headers })
    const expected = platformRole === 'platform_admin' ? [200, 201] : [403, 403]
    const payload = { group: `of ${email}`, platform_role: 'platform_admin' }
    const found = [
      (await browser.send({ url: '/api/v1/oidc-mappings', headers })).statusCode,
      (await browser.send({ method: 'POST', url: '/api/v1/oidc-mappings', payload, headers })).statusCode,
    ]
    assert.deepEqual(found, expected, email)
  }
  for (const payload of [
    { group: 'x' },
    { group: '', platform_role: 'support' },
    { group: 'x', platform_role: 'root' },
    { group: 'x', platform_role: 'support', id: 'mine' },
    { group: 'x', tenant_id: tenant.tenantId },
    { group: 'x', tenant_id: '00000000-0000-4000-8000-00000000dead', role: 'viewer' },
  ])
    assert.equal((await mappings('POST', { payload })).statusCode, 422, JSON.stringify(payload))
  assert.equal((await mappings('GET', { headers: await app.key({ scopes: ['keys:write'] }) })).statusCode, 403)
})

test('[P2] the doctor names a wrong callback, a provider that does not answer, and that no group administers', async () => {
  await app.sql('delete from oidc_mapping')
  issuer.answers.discovery = (_, response) => void response.writeHead(503).end()
  const [callback, provider, admins] = await checks.check()
  assert.deepEqual([callback!.level, provider!.level, admins!.level], ['warning', 'fault', 'warning'])
  assert.match(callback!.fix!, /OIDC_REDIRECT_URI=http:\/\/127\.0\.0\.1:3333\/auth\/social\/callback/)
  assert.match(provider!.fix!, /OIDC_TENANT_ID/)
  assert.match(admins!.fix!, /OIDC Mappings/)
  issuer.answers.discovery = undefined
  await mappings('POST', { payload: { group: 'g', platform_role: 'platform_admin' } })
  assert.deepEqual(
    (await checks.check()).map(({ level }) => level),
    ['warning', 'ok', 'ok'],
  )
})

test('[P2] [P9] mappings go by pages, newest first, and the doctor counts them all', async () => {
  await app.sql('delete from oidc_mapping')
  const made: string[] = []
  for (let n = 0; n < 5; n++) {
    const payload = { group: `g${9 - n}`, platform_role: n === 0 ? 'platform_admin' : 'support' }
    made.push((await mappings('POST', { payload })).json().id)
  }
  made.sort().reverse()
  const seen: string[] = []
  const sizes: number[] = []
  for (let cursor = ''; ; ) {
    const page = (await mappings('GET', { path: `?limit=2${cursor && `&cursor=${cursor}`}` })).json()
    assert.equal(page.provider.issuer, issuer.issuer)
    sizes.push(page.mappings.length)
    seen.push(...page.mappings.map(({ id }: { id: string }) => id))
    if (page.next_cursor === null) break
    cursor = page.next_cursor
  }
  assert.deepEqual([sizes, seen], [[2, 2, 1], made])
  for (const [query, pointer] of [
    ['cursor=1', 'query/cursor'],
    ['limit=0', 'query/limit'],
    ['page=2', 'query/page'],
  ]) {
    const refused = await mappings('GET', { path: `?${query}` })
    assert.deepEqual([refused.statusCode, refused.json().errors?.[0]?.pointer], [422, pointer])
  }
  assert.match((await checks.check())[2]!.finding, /^5 groups are mapped, 1 of them/)
})
