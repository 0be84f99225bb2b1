/** Requests nobody should send: each gets a clear problem that names the field, none a 500, and nothing changes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { testApp } from './support/app.ts'

const app = await testApp()
const key = await app.key()
const session = await (async () => {
  const link = await app.composed.access.createSetupUrl('http://localhost')
  const token = new URL(link).searchParams.get('token')
  const reply = await app.http.inject({ method: 'POST', url: '/auth/setup', payload: { token } })
  return String(reply.headers['set-cookie']).split(';')[0]!
})()

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
  await refused({ method: 'PUT', url: '/api/v1/streams' }, 404)
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
