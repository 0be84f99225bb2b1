/** Requests nobody should send: each gets a clear problem that names the field, none a 500, and nothing changes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import type { z } from 'zod'
import { metrics } from '#kernel/telemetry/index.ts'
import { passkeyAssertion, passkeyAttestation } from '#modules/people/passkeys/schemas.ts'
import { testApp } from './support/app.ts'
import { githubWebhook } from './support/webhooks.ts'

const app = await testApp()
const key = await app.key()
const session = (await app.person()).headers.cookie
const accessCookie = session.split('; ').find((pair) => pair.startsWith('daytwo_access='))!

async function refused(request: InjectOptions, status: number, pointer?: string) {
  const reply = await app.http.inject({ headers: key, ...request })
  assert.equal(reply.statusCode, status, `${request.method ?? 'GET'} ${request.url}: ${reply.body}`)
  assert.match(String(reply.headers['content-type']), /problem\+json/)
  const problem = reply.json()
  assert.equal(problem.status, status)
  assert.ok(!/\bat .*\.ts|node_modules|select |insert /i.test(reply.body), 'nothing of the inside is told')
  if (pointer)
    assert.ok(
      problem.errors?.some((fault: { pointer: string }) => fault.pointer === pointer),
      reply.body,
    )
}

const json = (url: string, payload: string, method: 'POST' | 'PATCH' | 'PUT' = 'POST'): InjectOptions => ({
  method,
  url: `/api/v1${url}`,
  headers: { ...key, 'content-type': 'application/json' },
  payload,
})

test('query parameters out of range or of the wrong shape are 422 and named', async () => {
  const cases: [string, string][] = [
    ['/metrics/dora?from=yesterday', 'query/from'],
    ['/metrics/dora?from=2026-02-30', 'query/from'],
    ['/metrics/dora?interval=hour', 'query/interval'],
    ['/metrics/dora?limit=5', 'query/limit'],
    ['/metrics/dora?from=2026-03-02&to=2026-03-01', 'query/from'],
    ['/deployments?limit=0', 'query/limit'],
    ['/deployments?limit=-1', 'query/limit'],
    ['/deployments?limit=1e9', 'query/limit'],
    ['/deployments?limit=NaN', 'query/limit'],
    ['/deployments?limit=', 'query/limit'],
    ['/deployments?cursor=%00', 'query/cursor'],
    ['/deployments?cursor=bm9wZQ', 'query/cursor'],
    ['/events?cursor=9223372036854775808', 'query/cursor'],
    ['/events?status=lost', 'query/status'],
  ]
  for (const [url, pointer] of cases) await refused({ url: `/api/v1${url}` }, 422, pointer)
})

test('ids that cannot be are not found or not valid, never an error of ours', async () => {
  for (const id of ['0', '999999999999', '-1', 'abc', '1e3', '%00', "1'--"]) {
    const reply = await app.http.inject({ url: `/api/v1/deployments/${id}`, headers: key })
    assert.ok([404, 422].includes(reply.statusCode), `${id}: ${reply.body}`)
  }
  for (const url of [
    '/api/v1/events/9223372036854775808',
    '/api/v1/streams/%00',
    '/api/v1/streams/..%2f..',
    '/api//v1/streams',
    '/API/V1/streams',
  ])
    assert.ok([404, 422].includes((await app.http.inject({ url, headers: key })).statusCode), url)
})

test('bodies that are not what the route takes are refused with the field’s name', async () => {
  await refused(json('/streams', '{not json'), 400)
  await refused(json('/streams', '[]'), 422)
  await refused(json('/streams', 'null'), 422)
  await refused(json('/streams', '{"id":"A B","name":"x"}'), 422, '#/id')
  await refused(json('/streams', '{"id":"all","name":"x"}'), 422, '#/id')
  await refused(json('/streams', '{"id":"ok","name":"x","tenantId":"other","plan":"pro"}'), 422, '#/tenantId')
  await refused(json('/streams', '{"id":"ok","name":1}'), 422, '#/name')
  await refused(json('/api-keys', '{"name":"x","scopes":[]}'), 422, '#/scopes')
  await refused(json('/api-keys', '{"name":"x","scopes":["no:such"]}'), 422, '#/scopes/0')
  await refused(json('/api-keys', '{"name":"x","scopes":["metrics:read"],"streams":[]}'), 422, '#/streams')
  await refused(
    json('/api-keys', '{"name":"x","scopes":["metrics:read"],"expires_in_days":9007199254740993}'),
    422,
    '#/expires_in_days',
  )
  for (const payload of [
    '{"id":"ok","name":"x","__proto__":{"a":1}}',
    '{"constructor":{"prototype":{"a":1}},"id":"ok","name":"x"}',
  ]) {
    const reply = await app.http.inject(json('/streams', payload))
    assert.ok([400, 422].includes(reply.statusCode), reply.body)
    assert.equal(({} as { a?: number }).a, undefined)
  }
  assert.deepEqual(await app.sql('select id from stream'), [])
})

test('a NUL in a text is refused or kept out, never an error of the database’s', async () => {
  const reply = await app.http.inject(json('/streams', '{"id":"nul","name":"a\\u0000b"}'))
  assert.equal(reply.statusCode, 422, reply.body)
})

test('other content types and methods are told apart', async () => {
  await refused(
    { method: 'POST', url: '/api/v1/streams', headers: { ...key, 'content-type': 'text/plain' }, payload: '{}' },
    415,
  )
  for (const type of ['application/json\ta', 'multipart/form-data; boundary=x', 'application/xml', ''])
    await refused(
      { method: 'POST', url: '/api/v1/streams', headers: { ...key, 'content-type': type }, payload: '{}' },
      415,
    )
  await refused({ method: 'PUT', url: '/api/v1/streams' }, 405)
})

test('a session changes nothing when the request comes from elsewhere, whatever it calls its origin', async () => {
  const payload = '{"id":"planted","name":"x"}'
  const from = (headers: Record<string, string>) =>
    refused(
      {
        method: 'POST',
        url: '/api/v1/streams',
        headers: { cookie: session, 'content-type': 'application/json', ...headers },
        payload,
      },
      403,
    )
  await from({})
  await from({ origin: 'null' })
  await from({ origin: 'http://[bad' })
  await from({ origin: 'https://evil.example' })
  await from({ 'sec-fetch-site': 'same-site' })
})

test('[P8] 22: a body one byte too large is 413, a compressed one 415', async () => {
  const body = (bytes: number) => `{"id":"big","name":"${'x'.repeat(bytes - 22)}"}`
  assert.equal(body(100).length, 100)
  await refused(json('/streams', body(1024 * 1024)), 422, '#/name')
  await refused(json('/streams', body(1024 * 1024 + 1)), 413)
  await refused(
    { ...json('/streams', '{}'), headers: { ...key, 'content-type': 'application/json', 'content-encoding': 'gzip' } },
    415,
  )
})

test('[P8] 25–33: JSON that others read in two ways is refused before it is read', async () => {
  await refused(json('/streams', '{"id":"dup","id":"dup2","name":"x"}'), 400, '#/id')
  await refused(json('/streams', '{"id":"ok","name":"x","\\u005f_proto__":{"x":1}}'), 400)
  await refused(json('/streams', '{"id":"ok","name":"\\ud800"}'), 422, '#/name')
  await refused(json('/streams', `{"id":"ok","name":${'['.repeat(100_000)}`), 400)
  await refused(
    {
      ...json('/streams', '{"id":"ok","name":"x"}'),
      headers: { ...key, 'content-type': 'application/json; charset=utf-16' },
    },
    415,
  )
  await refused({ ...json('/streams', ''), payload: Buffer.from('\ufeff{"id":"ok","name":"x"}', 'utf16le') }, 400)
  for (const value of ['"12"', 'true', 'null', '""', '1.5', '-0', '1e400', '" 12 "', '[12]', '9007199254740993', '-1'])
    await refused(
      json('/api-keys', `{"name":"x","scopes":["metrics:read"],"expires_in_days":${value}}`),
      422,
      '#/expires_in_days',
    )
  const written = await app.http.inject(
    json('/api-keys', '{"name":"thousand","scopes":["metrics:read"],"expires_in_days":1e3}'),
  )
  assert.equal(written.statusCode, 201, '1e3 is 1000')
})

test('[P8] 28, 34: what a route does not take is named, in the query and in the body', async () => {
  await refused({ url: '/api/v1/streams?filter=x' }, 422, 'query/filter')
  await refused({ url: '/api/v1/streams?__proto__[x]=1' }, 422)
  await refused({ url: '/api/v1/deployments?sort=name' }, 422, 'query/sort')
  await refused(json('/schedules/nope/run', '{"force":true}'), 422, '#/force')
  await refused(json('/settings/delivery.incident_label', '{"value":"x","__proto__":{"y":1}}', 'PUT'), 400)
  assert.equal(({} as { x?: number; y?: number }).x ?? ({} as { y?: number }).y, undefined)
})

/**
 * What `toJSON()` of a browser's credential holds grows with the standard (WebAuthn: extension results, attachment, what comes next),
 * and a field more must not keep people out when their browser is updated. What we do not read is dropped by the schema.
 */
const fromAuthenticators = new Set<z.core.$ZodType>(
  [passkeyAssertion, passkeyAttestation].flatMap((schema) => [schema, schema.shape.response]),
)

/** Every object of a schema that is open, wherever it stands; those of authenticators are open on purpose. */
function loose(schema: z.core.$ZodType, at: string, seen = new Set(fromAuthenticators)): string[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const def = schema._zod.def as unknown as Record<string, unknown> & { type: string }
  const inner = (name: string) => {
    const value = def[name]
    return (Array.isArray(value) ? value : [value]).filter(
      (item): item is z.core.$ZodType => typeof item === 'object' && item !== null && '_zod' in item,
    )
  }
  const parts = ['innerType', 'in', 'out', 'element', 'options', 'left', 'right', 'items', 'valueType'].flatMap(inner)
  const shape = Object.entries((def.shape ?? {}) as Record<string, z.core.$ZodType>)
  const strict = def.type !== 'object' || (def.catchall as z.core.$ZodType | undefined)?._zod.def.type === 'never'
  return [
    ...(strict ? [] : [at]),
    ...parts.flatMap((part) => loose(part, at, seen)),
    ...shape.flatMap(([name, part]) => loose(part, `${at}/${name}`, seen)),
  ]
}

test('[P8] 34: every schema of a request refuses unknown fields', () => {
  const found = app.http.registeredRoutes.flatMap(({ method, url, schema }) =>
    (['body', 'querystring'] as const).flatMap((place) => {
      const given = schema?.[place] as z.core.$ZodType | undefined
      return given ? loose(given, `${method} ${url} ${place}`) : []
    }),
  )
  assert.ok(app.http.registeredRoutes.filter(({ schema }) => schema?.body).length > 8)
  assert.deepEqual(found, [])
})

test('[P8] every list is paged alike: cursor, limit, next_cursor', () => {
  const lists = app.http.registeredRoutes.filter(({ schema }) => {
    const shape = (schema?.querystring as { shape?: Record<string, unknown> } | undefined)?.shape
    return shape && ('cursor' in shape || 'limit' in shape)
  })
  assert.ok(lists.length >= 3)
  for (const { url, schema } of lists) {
    const query = (schema!.querystring as { shape: Record<string, unknown> }).shape
    assert.ok('cursor' in query && 'limit' in query, url)
    const reply = (schema!.response as Record<string, { shape: Record<string, unknown> }>)['200']!
    assert.ok('next_cursor' in reply.shape, url)
  }
})

test('[P8] 105, 106: a cursor that no page gave out and a limit that is none are 422', async () => {
  const lists = app.http.registeredRoutes.filter(
    ({ method, schema }) =>
      method === 'GET' && 'cursor' in ((schema?.querystring as { shape?: object } | undefined)?.shape ?? {}),
  )
  for (const { url } of lists) {
    const path = url.replace(':name', 'event_queue')
    const first = url.endsWith('/receipt') ? 'metric=change_failure_rate&' : ''
    for (const cursor of ['x', '%00', '-1', '9223372036854775808', "1'--", 'e30', 'eyJpZCI6MX0'])
      await refused({ url: `${path}?${first}cursor=${cursor}` }, 422, 'query/cursor')
    for (const limit of ['0', '-1', '1e9', 'NaN', '', '201', '1.5'])
      await refused({ url: `${path}?${first}limit=${limit}` }, 422, 'query/limit')
    await refused({ url: `${path}?${first}limit=5&limit=6` }, 400, 'query/limit')
  }
})

test('[P8] 46: odd spellings of a path are the same decision or no route', async () => {
  for (const url of [
    '/api/v1//streams',
    '/api/v1/streams/',
    '/api/v1/./streams',
    '/api/v1/x/../streams',
    '/api/v1/%2e%2e/v1/streams',
    '/api/v1/..;/streams',
    '/api/v1/streams.',
    '/API/v1/streams',
    '/api/v1/streams%00',
    '/api/v1/streams%c0%af',
    '/api/v1/%73treams',
    'http://evil.example/api/v1/streams',
  ]) {
    const reply = await app.http.inject({ url })
    assert.ok([400, 401, 404, 422].includes(reply.statusCode), `${url}: ${reply.statusCode}`)
  }
})

test('[P8] 40: a known address with another method is 405 and says which it takes; override headers are nothing', async () => {
  for (const [method, url, allow] of [
    ['PUT', '/api/v1/streams', 'GET, HEAD, POST'],
    ['PATCH', '/api/v1/api-keys/0194f5c2-0000-7000-8000-000000000000', 'DELETE'],
    ['DELETE', '/healthz', 'GET, HEAD'],
    ['OPTIONS', '/api/v1/streams', 'GET, HEAD, POST'],
  ] as const) {
    const reply = await app.http.inject({ method, url, headers: key })
    assert.deepEqual([reply.statusCode, reply.headers.allow], [405, allow], `${method} ${url}`)
    assert.equal(reply.headers['access-control-allow-origin'], undefined)
  }
  await refused({ method: 'DELETE', url: '/api/v1/nothing' }, 404)
  const streams = await app.http.inject({
    url: '/api/v1/streams',
    headers: { ...key, 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
  })
  assert.equal(streams.statusCode, 200)
})

test('[P8] 47: two session cookies are refused, and a header with control characters is not echoed', async () => {
  const headers = (cookie: string) => ({ cookie, 'sec-fetch-site': 'same-origin' })
  const asked = (cookie: string) => app.http.inject({ url: '/api/v1/session', headers: headers(cookie) })
  assert.equal((await asked(`${session}; others=1`)).statusCode, 200)
  assert.equal((await asked(`${accessCookie}; daytwo_access=nonsense`)).statusCode, 400)
  assert.equal((await asked(`daytwo_access=nonsense; ${accessCookie}`)).statusCode, 400)
  const reply = await app.http.inject({ url: '/healthz', headers: { 'x-request-id': 'bad id; with="things"' } })
  assert.notEqual(reply.headers['x-request-id'], 'bad id; with="things"')
})

test('[P9] replies may do nothing in a browser, pages what they need, with a nonce; CORS is closed', async () => {
  for (const url of ['/healthz', '/api/v1/streams', '/problems/not-found', '/auth/setup', '/docs', '/nope']) {
    const { headers } = await app.http.inject({ url, headers: { ...key, origin: 'https://evil.example' } })
    assert.equal(headers['x-frame-options'], 'DENY', url)
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
    assert.match(String(headers['permissions-policy']), /camera=\(\)/)
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /default-src 'none'/, url)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.ok(!policy.includes('unsafe'), policy)
    assert.ok(Object.keys(headers).every((name) => !name.startsWith('access-control-')))
    assert.equal(headers['strict-transport-security'], undefined)
  }
  const docs = async () => {
    const { headers, body } = await app.http.inject('/docs')
    const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))![1]!
    assert.ok(body.includes(`nonce="${nonce}"`))
    assert.ok([...body.matchAll(/<script[^>]*>/g)].every(([tag]) => tag.includes(nonce)))
    return nonce
  }
  assert.notEqual(await docs(), await docs())
})

test('[P8] the API reference tells of permission, problems, limits and idempotency keys on every route', () => {
  type Operation = {
    security: unknown[]
    responses: Record<string, { headers?: object }>
    parameters?: { name: string; in: string }[]
  }
  const { paths } = app.http.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
  let looked = 0
  let keyed = 0
  for (const [path, methods] of Object.entries(paths))
    for (const [method, operation] of Object.entries(methods)) {
      if (!operation.security) continue
      looked++
      for (const status of ['400', '401', '403', '422', '429', '503'])
        assert.ok(operation.responses[status], `${method} ${path} ${status}`)
      assert.ok(operation.responses['429']!.headers && 'Retry-After' in operation.responses['429']!.headers!)
      if (path.includes('{')) assert.ok(operation.responses['404'], path)
      if (operation.parameters?.some(({ name }) => name === 'Idempotency-Key')) keyed++
    }
  assert.ok(looked > 25 && keyed >= 5, `${looked} operations, ${keyed} with a key`)
})

test('[P8] [F24] bad signatures from one address become 429, good ones from there are never limited', async () => {
  const limited = await testApp({ RATE_LIMIT_FAILURES: '3', RATE_LIMIT_ANONYMOUS: '1', RATE_LIMIT_SIGN_IN: '2' })
  const send = async (secret?: string) =>
    (await limited.http.inject(githubWebhook('ping', { zen: 'x' }, secret === undefined ? {} : { secret }))).statusCode
  const bad = []
  for (let n = 0; n < 5; n++) bad.push(await send('not the secret'))
  assert.ok(bad.includes(401) && bad.at(-1) === 429, String(bad))
  for (let n = 0; n < 5; n++) assert.equal(await send(), 202)
  const openings = []
  const setup = {
    method: 'POST' as const,
    url: '/auth/setup',
    headers: { 'sec-fetch-site': 'same-origin' },
    payload: { token: 'x'.repeat(40), email: 'maria@example.com', name: 'Maria', password: 'x' },
  }
  for (let n = 0; n < 4; n++) openings.push((await limited.http.inject(setup)).statusCode)
  assert.ok(openings.includes(410) && openings.at(-1) === 429, String(openings))
  assert.match(await metrics.metrics(), /daytwo_rate_limited_total\{route="\/api\/v1\/webhooks\/github"\} [1-9]/)
})
