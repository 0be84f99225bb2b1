/** What one tenant tries in order to reach another, or to be more than it is: ids, headers, fields, cursors, patterns. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monotonicMs } from '#kernel/clock/index.ts'
import { matchesAny } from '#modules/delivery/facts/name-patterns.ts'
import { ticketKeys } from '#modules/delivery/facts/tickets.ts'
import { testApp } from './support/app.ts'

const app = await testApp()
const alpha = await app.tenant()
const beta = await app.tenant()
const asAlpha = await app.key({ tenantId: alpha.tenantId })
const asBeta = await app.key({ tenantId: beta.tenantId })

const ask = (method: 'GET' | 'POST' | 'PUT', path: string, headers: Record<string, string>, payload?: object) =>
  app.http.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) })

test('[P5] 92: a tenant named in a header, a query or a body is never believed', async () => {
  await ask('POST', '/streams', asAlpha, { id: 'alpha-secret', name: 'alpha-secret' })
  const named = { 'x-tenant-id': alpha.tenantId, 'x-tenant': alpha.tenantId, tenant: alpha.tenantId }
  const listed = await ask('GET', '/streams', { ...asBeta, ...named })
  assert.equal(listed.statusCode, 200)
  assert.ok(!listed.body.includes('alpha-secret'))
  assert.equal((await ask('GET', '/streams/alpha-secret', { ...asBeta, ...named })).statusCode, 404)
  assert.equal((await ask('GET', `/streams?tenant_id=${alpha.tenantId}`, asBeta)).statusCode, 422)
  const planted = await ask('POST', '/streams', asBeta, { id: 'planted', name: 'x', tenant_id: alpha.tenantId })
  assert.equal(planted.statusCode, 422)
  assert.equal((await ask('GET', '/streams/planted', asAlpha)).statusCode, 404)
})

test('[P5] 95: an empty list of ids is refused; it never means all of them', async () => {
  for (const payload of [{ ids: [] }, {}, { filter: {} }]) {
    const reply = await ask('POST', '/work/event_queue/requeue', asAlpha, payload)
    assert.equal(reply.statusCode, 422, `${JSON.stringify(payload)}: ${reply.body}`)
  }
})

/** Fields that nobody says of themselves. Where one is what a route is for, it stands here with the reason. */
const forbidden = [
  'tenant_id',
  'tenantId',
  'role',
  'plan',
  'isAdmin',
  'is_admin',
  'platform_role',
  'created_at',
  'createdAt',
  'entitlements',
  'balance',
  'permissions',
  'actor',
  'id',
]
const meant: Record<string, readonly string[]> = {
  'POST /api/v1/streams': ['id'],
  // When it was deployed, by the word of whoever deployed it.
  'POST /api/v1/deployments': ['created_at'],
}

type BodySchema = {
  safeParse(value: unknown): { success: boolean; error?: { issues: { code: string; keys?: string[] }[] } }
}

test('[P5] 97: no body takes a field that would say who or what the caller is; each is named in the refusal', () => {
  const bodies = app.http.registeredRoutes.flatMap(({ method, url, schema }) =>
    schema?.body ? [{ route: `${method} ${url}`, body: schema.body as BodySchema }] : [],
  )
  assert.ok(bodies.length > 10)
  const taken: string[] = []
  for (const { route, body } of bodies) {
    const issues = body.safeParse(Object.fromEntries(forbidden.map((name) => [name, 'x']))).error?.issues ?? []
    const refused = new Set(issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? (issue.keys ?? []) : [])))
    for (const name of forbidden)
      if (!refused.has(name) && !meant[route]?.includes(name)) taken.push(`${route} takes ${name}`)
  }
  assert.deepEqual(taken, [])
})

test('[P5] 98: what another tenant called its own is free for this one', async () => {
  for (const [path, payload] of [
    ['/streams', { id: 'same-name', name: 'same name' }],
    ['/connections', { source: 'github', name: 'same name' }],
    ['/api-keys', { name: 'same name', scopes: ['metrics:read'] }],
  ] as const)
    for (const headers of [asAlpha, asBeta]) {
      const reply = await ask('POST', path, headers, payload)
      assert.equal(reply.statusCode, 201, `${path}: ${reply.body}`)
    }
})

test('[P5] [P8] 100: the same Idempotency-Key of two tenants is two keys', async () => {
  const key = { 'idempotency-key': 'the-same-of-both' }
  const first = await ask('POST', '/streams', { ...asAlpha, ...key }, { id: 'keyed-a', name: 'of alpha' })
  const second = await ask('POST', '/streams', { ...asBeta, ...key }, { id: 'keyed-b', name: 'of beta' })
  assert.deepEqual([first.statusCode, second.statusCode], [201, 201])
  assert.ok(!second.body.includes('of alpha'))
})

test('[P5] 101: a cursor that another tenant got shows nothing of that tenant', async () => {
  for (let number = 0; number < 3; number++)
    await ask('POST', '/deployments', asAlpha, {
      external_id: `alpha-${number}`,
      repository: 'alpha-only/shop',
      environment: 'production',
    })
  await app.settle()
  const page = (await ask('GET', '/deployments?limit=1', asAlpha)).json()
  assert.ok(page.next_cursor, 'there is a page to turn')
  const turned = await ask('GET', `/deployments?limit=5&cursor=${page.next_cursor}`, asBeta)
  assert.equal(turned.statusCode, 200)
  assert.ok(!turned.body.includes('alpha-only'))
  const own = await ask('GET', `/deployments?limit=5&cursor=${page.next_cursor}`, asAlpha)
  assert.ok(own.body.includes('alpha-only'))
})

test('[P8] 103: lists take the parameters they name and no other, so nothing can be sorted or filtered by what is hidden', () => {
  const lists = app.http.registeredRoutes.filter(({ method, url }) => method === 'GET' && url.startsWith('/api/v1/'))
  assert.ok(lists.length > 20)
  const open: string[] = []
  for (const { url, schema } of lists) {
    const query = schema?.querystring as BodySchema | undefined
    if (!query) continue
    const asked = {
      sort: 'name;drop table person',
      order: '(select 1)',
      'password_hash[gt]': 'a',
      filter: 'x',
      offset: '9223372036854775808',
    }
    const issues = query.safeParse(asked).error?.issues ?? []
    const refused = new Set(issues.flatMap((issue) => issue.keys ?? []))
    for (const name of Object.keys(asked)) if (!refused.has(name)) open.push(`${url} takes ${name}`)
  }
  assert.deepEqual(open, [])
})

test('[P8] 107: patterns and names that are made to be slow are not', () => {
  const long = 'a'.repeat(100_000)
  const started = monotonicMs()
  assert.equal(matchesAny(`${long}!`, ['*a*a*a*a*a*a*b', '*aa*aa*aa*b']), false)
  assert.deepEqual(ticketKeys([long, 'A1'.repeat(50_000), 'AB-'.repeat(33_000)], `${'a/'.repeat(50_000)}x`), [])
  assert.ok(monotonicMs() - started < 2000, 'linear work takes milliseconds; what backtracks takes minutes')
})
