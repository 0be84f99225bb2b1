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

/** A tenant that deployed and had an incident. */
async function deployed(headers: Record<string, string>, name: string) {
  const repository = `${name}/shop`
  await ask('POST', '/streams', headers, { id: name, name, sources: [{ kind: 'repository', value: repository }] })
  await ask('POST', '/deployments', headers, { external_id: name, repository, environment: 'production' })
  await ask('POST', '/incidents', headers, { external_id: name, title: name })
  await app.settle()
  const [deployment] = (await ask('GET', '/deployments', headers)).json().deployments
  const [incident] = (await ask('GET', '/incidents', headers)).json().incidents
  assert.ok(deployment && incident, 'both are there')
  return { deployment: deployment.id as number, incident: incident.id as number }
}

test('[P5] 93: what is one’s own is put under nothing of another’s', async () => {
  const theirs = await deployed(asAlpha, 'alpha-parent')
  const own = await deployed(asBeta, 'beta-child')
  const moved = await ask('PUT', `/incidents/${own.incident}/attribution`, asBeta, {
    deployment_id: theirs.deployment,
    reason: 'a try',
  })
  assert.ok([404, 422].includes(moved.statusCode), moved.body)
  const nobody = await ask('PUT', `/incidents/${own.incident}/attribution`, asBeta, {
    deployment_id: 999_999_999,
    reason: 'a try',
  })
  assert.deepEqual([moved.statusCode, moved.json().type], [nobody.statusCode, nobody.json().type], 'like nobody’s')
  assert.deepEqual(await app.sql('select from attribution_override where tenant_id = $1', [beta.tenantId]), [])
})

test('[P5] 94: neither lists nor counts, exports, facets and searches beside a thing tell that it is there', async () => {
  const name = 'alpha-hidden'
  await deployed(asAlpha, name)
  const beside = [
    '/streams',
    '/deployments',
    '/incidents',
    '/events',
    '/connections',
    '/members',
    '/metrics/dora/streams',
    '/work/history',
    '/mail',
    '/audit/facets',
    '/audit/export?format=csv',
    '/access-review?format=csv',
    `/audit?subject=stream:${name}`,
  ]
  for (const path of beside) {
    const [mine, others] = [await ask('GET', path, asAlpha), await ask('GET', path, asBeta)]
    assert.equal(others.statusCode, mine.statusCode, `${path}: ${others.body}`)
    assert.ok(!others.body.includes(name), path)
  }
  assert.equal((await ask('GET', `/deployments?stream=${name}`, asBeta)).statusCode, 404)
  const seen = await Promise.all(beside.map(async (path) => (await ask('GET', path, asAlpha)).body.includes(name)))
  assert.ok(seen.filter(Boolean).length >= 5, 'its own tenant finds it there')
})

test('[P5] 95: an empty list of ids is refused; it never means all of them', async () => {
  for (const payload of [{ ids: [] }, {}, { filter: {} }]) {
    const reply = await ask('POST', '/work/event_queue/requeue', asAlpha, payload)
    assert.equal(reply.statusCode, 422, `${JSON.stringify(payload)}: ${reply.body}`)
  }
})

/** Fields that nobody says of themselves. */
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

/** Routes whose very purpose is to say such a field, each with what keeps it from being said by who may not. */
const meant: Record<string, readonly string[]> = {
  // The name that the caller chooses for a stream of its own tenant.
  'POST /api/v1/streams': ['id'],
  // When it was deployed, by the word of whoever deployed it.
  'POST /api/v1/deployments': ['created_at'],
  // Of a member or a guest, never above one's own (`owner-rules.ts`).
  'PATCH /api/v1/members/:person_id': ['role'],
  'POST /api/v1/invitations': ['role'],
  // Going to a tenant that the person belongs to; every other is 404.
  'POST /auth/tenant': ['tenant_id'],
  // Of the platform: what is said of a tenant or a person there, one says as an administrator of the installation.
  'POST /api/v1/tenants': ['plan'],
  'PATCH /api/v1/tenants/:id': ['plan'],
  'POST /api/v1/registrations/:id/approve': ['plan'],
  'POST /api/v1/tenants/:id/support-access': ['role'],
  'PATCH /api/v1/people/:id': ['platform_role'],
  'POST /api/v1/oidc-mappings': ['tenant_id', 'role', 'platform_role'],
  'POST /api/v1/dial-allowances': ['tenant_id'],
}

type BodySchema = {
  safeParse(value: unknown): { success: boolean; error?: { issues: { code: string; keys?: string[] }[] } }
}
/** A body of which there are several kinds says by one field which kind it is. */
type Kinds = { def: { discriminator: string }; options: (BodySchema & { shape: Record<string, { value: string }> })[] }

/** The kinds of a body, each with what makes a body be of that kind. */
function kindsOf(body: BodySchema | (BodySchema & Kinds)): { kind: BodySchema; by: Record<string, string> }[] {
  if (!('options' in body)) return [{ kind: body, by: {} }]
  const { discriminator } = body.def
  return body.options.map((kind) => ({ kind: body, by: { [discriminator]: kind.shape[discriminator]!.value } }))
}

test('[P5] 97: no body takes a field that would say who or what the caller is; each is named in the refusal', () => {
  const bodies = app.http.registeredRoutes.flatMap(({ method, url, schema }) =>
    schema?.body ? [{ route: `${method} ${url}`, body: schema.body as BodySchema }] : [],
  )
  assert.ok(bodies.length > 10)
  const taken = new Set<string>()
  for (const { route, body } of bodies)
    for (const { kind, by } of kindsOf(body)) {
      const said = { ...Object.fromEntries(forbidden.map((name) => [name, 'x'])), ...by }
      const issues = kind.safeParse(said).error?.issues ?? []
      const refused = new Set(issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? (issue.keys ?? []) : [])))
      for (const name of forbidden) if (!refused.has(name)) taken.add(`${route} ${name}`)
    }
  const expected = Object.entries(meant).flatMap(([route, names]) => names.map((name) => `${route} ${name}`))
  assert.deepEqual([...taken].sort(), expected.sort())
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
