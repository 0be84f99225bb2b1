/** Sources that are neither GitHub nor Jira: connected by name, or a caller with a key. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { shaOf } from '#modules/delivery/facts/test-support.ts'
import { testApp } from '#test/support/app.ts'
import { eventWebhook } from '#test/support/webhooks.ts'

const app = await testApp()
type Headers = { authorization: string }
const call = (headers: Headers, method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, more = {}) =>
  app.http.inject({ method, url: `/api/v1${url}`, headers: { ...headers, ...more }, ...(payload ? { payload } : {}) })

async function newTenant() {
  const { tenantId } = await app.tenant()
  const headers = await app.key({ tenantId })
  const facts = (table: string, columns: string) =>
    app.sql(`select ${columns} from ${table} where tenant_id = $1 order by 1`, [tenantId])
  return { tenantId, headers, facts }
}
const connected = async (headers: Headers, event_source: string, more: object = {}) =>
  call(headers, 'POST', '/connections', { source: 'events', event_source, name: 'CI', ...more })

const deployed = { external_id: '42', repository: 'acme/shop', environment: 'production', sha: shaOf('one') }

test('[Q9] a connected source sends what the reference library signs, and it becomes facts with lineage', async () => {
  const { headers, facts } = await newTenant()
  const made = (await connected(headers, 'jenkins')).json()
  assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  assert.ok(made.url.endsWith(`/api/v1/webhooks/events/jenkins/${made.id}`))
  const body = JSON.stringify({
    type: 'deployment.finished',
    timestamp: '2026-03-01T09:10:00Z',
    data: { ...deployed, service: 'checkout' },
  })
  const at = new Date()
  const reply = await app.http.inject({
    method: 'POST',
    url: new URL(made.url).pathname,
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(made.secret).sign('msg_1', at, body),
    },
    payload: body,
  })
  assert.equal(reply.statusCode, 202, reply.body)
  assert.deepEqual(reply.json(), { accepted: true, delivery_id: 'msg_1' })
  await app.settle()
  assert.deepEqual(await facts('deployment_records', 'source, repository, service, sha, finished_at, counted'), [
    {
      source: 'jenkins',
      repository: 'acme/shop',
      service: 'checkout',
      sha: shaOf('one'),
      finished_at: new Date('2026-03-01T09:10:00Z'),
      counted: true,
    },
  ])
  const listed = (await call(headers, 'GET', '/events?source=jenkins')).json().events
  assert.equal(listed.length, 1)
  assert.equal(listed[0].type, 'deployment.finished')
  assert.equal(listed[0].outcome, 'recorded')
  const seen = (await call(headers, 'GET', `/events/${listed[0].id}`)).json()
  assert.equal(seen.payload, body)
  assert.deepEqual(
    seen.facts.map(({ table }: { table: string }) => table),
    ['deployment_records'],
  )
})

test('[Q9] the bare address is the default tenant’s connection of that name', async () => {
  const headers = await app.key()
  const { secret } = (await connected(headers, 'buildkite')).json()
  const foreign = await newTenant()
  const theirs = (await connected(foreign.headers, 'buildkite')).json()
  const send = async (options: { secret: string; connection?: string }) =>
    (await app.http.inject(eventWebhook('buildkite', { type: 'ping' }, options))).statusCode
  assert.equal(await send({ secret }), 202)
  assert.equal(await send({ secret: theirs.secret }), 401)
  assert.equal(await send({ secret: theirs.secret, connection: theirs.id }), 202)
  await app.settle()
  const rows = await app.sql(`select tenant_id, outcome from event_queue where event_source = 'buildkite' order by id`)
  assert.deepEqual(
    rows.map(({ outcome }) => outcome),
    ['ignored:unknown-type', 'ignored:unknown-type'],
  )
  assert.equal(rows[1]!.tenant_id, foreign.tenantId)
})

test('[Q9] other content types, encodings and bodies over 1 MiB are refused', async () => {
  const { headers } = await newTenant()
  const { secret, id: connection } = (await connected(headers, 'large')).json()
  const send = async (payload: string, more: object = {}) => {
    const request = eventWebhook('large', payload, { secret, connection })
    return (await app.http.inject({ ...request, headers: { ...request.headers, ...more } })).statusCode
  }
  const body = (bytes: number) => JSON.stringify('x'.repeat(bytes - 2))
  assert.equal(await send(body(1024 * 1024)), 202)
  assert.equal(await send(body(1024 * 1024 + 1)), 413)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])
    assert.equal(await send('{}', { 'content-type': type }), 415, type)
  assert.equal(await send('{}', { 'content-encoding': 'gzip' }), 415)
})

test('[Q9] a name stands for one sender, and is free again when its connection was removed', async () => {
  const { headers } = await newTenant()
  const made = await connected(headers, 'argo-cd')
  assert.equal(made.statusCode, 201)
  const again = await connected(headers, 'argo-cd')
  assert.equal(again.statusCode, 409)
  assert.equal(again.json().type, '/problems/intake/source-taken')
  const both = await Promise.all([connected(headers, 'spinnaker'), connected(headers, 'spinnaker')])
  assert.deepEqual(both.map(({ statusCode }) => statusCode).sort(), [201, 409])
  assert.equal((await call(headers, 'DELETE', `/connections/${made.json().id}`)).statusCode, 204)
  assert.equal((await connected(headers, 'argo-cd')).statusCode, 201)
})

test('[Q9] names that mean something else, and kinds without a name, are refused with the field', async () => {
  const { headers } = await newTenant()
  for (const name of ['github', 'jira', 'api', 'git', 'events', 'A', 'a', 'jenkins_1', '1st', 'x'.repeat(41), ''])
    assert.deepEqual((await connected(headers, name)).json().errors?.[0]?.pointer, '#/event_source', name)
  for (const payload of [
    { source: 'events', name: 'x' },
    { source: 'github', event_source: 'jenkins', name: 'x' },
  ]) {
    const reply = await call(headers, 'POST', '/connections', payload)
    assert.equal(reply.statusCode, 422)
    assert.equal(reply.json().errors[0].pointer, '#/event_source')
  }
})

test('[Q9] connections and the sources heard say what to paste, and no secret', async () => {
  const { headers } = await newTenant()
  const made = (await connected(headers, 'jenkins')).json()
  await call(headers, 'POST', '/connections', { source: 'github', name: 'org' })
  await call(headers, 'POST', '/deployments', deployed)
  await app.http.inject(eventWebhook('jenkins', { type: 'x' }, { secret: made.secret, connection: made.id }))
  await app.settle()
  const { connections } = (await call(headers, 'GET', '/connections')).json()
  const shown = connections.map((one: Record<string, string>) => [one.source, one.event_source, one.url, one.signature])
  assert.deepEqual(shown[0], [
    'events',
    'jenkins',
    made.url,
    'webhook-signature must hold v1,<base64 HMAC-SHA256 of webhook-id.webhook-timestamp.body>.',
  ])
  assert.equal(shown[1][1], null)
  const reply = await call(headers, 'GET', '/connect')
  const { webhooks, sources } = reply.json()
  assert.deepEqual(
    webhooks.map(({ source }: { source: string }) => source),
    ['github', 'jira'],
  )
  assert.deepEqual(
    sources.map(({ source, url, events_last_day }: Record<string, unknown>) => [source, url, events_last_day]),
    [
      ['api', `${app.config.baseUrl}/api/v1/deployments`, 1],
      ['jenkins', made.url, 1],
    ],
  )
  assert.ok(!reply.body.includes('whsec_'))
})

test('[Q9] POST /deployments is durable, then a fact; saying it again changes nothing', async () => {
  const { tenantId, headers, facts } = await newTenant()
  const body = { ...deployed, created_at: '2026-03-01T09:00:00Z', finished_at: '2026-03-01T09:10:00Z' }
  const reply = await call(headers, 'POST', '/deployments', body)
  assert.equal(reply.statusCode, 202, reply.body)
  const { event_id, delivery_id, duplicate } = reply.json()
  assert.equal(duplicate, false)
  const [row] = await app.sql(
    'select event_source, event_type, delivery_id from event_queue where tenant_id = $1 and id = $2',
    [tenantId, event_id],
  )
  assert.deepEqual(row, { event_source: 'api', event_type: 'deployment.finished', delivery_id })
  await app.settle()
  const again = await call(headers, 'POST', '/deployments', body)
  assert.deepEqual(again.json(), { accepted: true, delivery_id, event_id, duplicate: true })
  const seen = (await call(headers, 'GET', `/events/${event_id}`)).json()
  assert.equal(seen.outcome, 'recorded')
  assert.match(JSON.parse(seen.payload).reported_by, /^key:/)
  assert.deepEqual(await facts('deployment_records', 'source, external_id, status, counted'), [
    { source: 'api', external_id: 'acme/shop#production#42', status: 'success', counted: true },
  ])
})

test('[Q3] [Q9] 100 parallel copies of a deployment are one event, with and without a key for them', async () => {
  const { tenantId, headers } = await newTenant()
  const copies = (more: object) =>
    Promise.all(Array.from({ length: 50 }, () => call(headers, 'POST', '/deployments', deployed, more)))
  const replies = [...(await copies({})), ...(await copies({}))]
  assert.deepEqual(new Set(replies.map(({ statusCode }) => statusCode)), new Set([202]))
  assert.equal(replies.filter((reply) => reply.json().duplicate === false).length, 1)
  assert.equal((await app.sql('select from event_queue where tenant_id = $1', [tenantId])).length, 1)
  await copies({ 'idempotency-key': 'build-42' })
  assert.equal((await app.sql('select from event_queue where tenant_id = $1', [tenantId])).length, 2)
  await app.settle()
  assert.equal((await app.sql('select from deployment_records where tenant_id = $1', [tenantId])).length, 1)
})

test('[Q9] what was said of one deployment in pieces becomes one fact', async () => {
  const { headers, facts } = await newTenant()
  const { sha, ...known } = deployed
  for (const body of [
    { ...known, status: 'failed', failed_at: '2026-03-01T09:05:00Z' },
    { ...deployed, finished_at: '2026-03-01T09:10:00Z' },
    { ...known, status: 'started', created_at: '2026-03-01T09:00:00Z', ref: 'main' },
  ])
    assert.equal((await call(headers, 'POST', '/deployments', body)).statusCode, 202)
  await app.settle()
  assert.deepEqual(await facts('deployment_records', 'status, sha, ref, created_at, finished_at, failed_at'), [
    {
      status: 'success',
      sha,
      ref: 'main',
      created_at: new Date('2026-03-01T09:00:00Z'),
      finished_at: new Date('2026-03-01T09:10:00Z'),
      failed_at: new Date('2026-03-01T09:05:00Z'),
    },
  ])
})

test('[Q9] environments that are not production are recorded and do not count', async () => {
  const { headers, facts } = await newTenant()
  await call(headers, 'POST', '/deployments', { ...deployed, environment: 'anything goes' })
  await app.settle()
  assert.deepEqual(await facts('deployment_records', 'environment, counted'), [
    { environment: 'anything goes', counted: false },
  ])
})

test('[Q9] an incident opened and later resolved is one, attributed to the deployment it names', async () => {
  const { tenantId, headers } = await newTenant()
  await call(headers, 'POST', '/deployments', { ...deployed, finished_at: '2026-03-01T09:10:00Z' })
  const incident = { external_id: 'PD-7', title: 'Checkout is down', deployment_sha: deployed.sha.slice(0, 10) }
  await call(headers, 'POST', '/incidents', { ...incident, started_at: '2026-03-01T10:00:00Z' })
  await app.settle()
  const open = (await call(headers, 'GET', '/incidents?from=2026-03-01&to=2026-03-02')).json().incidents
  assert.deepEqual(
    open.map((one: Record<string, unknown>) => [one.source, one.key, one.resolved_at, one.method]),
    [['api', 'PD-7', null, 'sha']],
  )
  const resolved = { external_id: 'PD-7', title: 'A certificate ran out', resolved_at: '2026-03-01T11:00:00Z' }
  await call(headers, 'POST', '/incidents', resolved)
  await app.settle()
  const [closed] = (await call(headers, 'GET', '/incidents?from=2026-03-01&to=2026-03-02')).json().incidents
  assert.equal(closed.title, 'A certificate ran out')
  assert.equal(closed.resolved_at, '2026-03-01T11:00:00.000Z')
  const failures = await app.sql('select cause, recovered_at from deployment_failures where tenant_id = $1', [tenantId])
  assert.deepEqual(failures, [{ cause: 'incident', recovered_at: new Date('2026-03-01T11:00:00Z') }])
  await call(headers, 'POST', '/incidents', {
    external_id: 'PD-7',
    status: 'withdrawn',
    withdrawn_at: '2026-03-01T12:00:00Z',
  })
  await app.settle()
  assert.deepEqual((await call(headers, 'GET', '/incidents?from=2026-03-01&to=2026-03-02')).json().incidents, [])
})

test('[Q9] bodies that cannot be meant are 422 and name the field; nothing is stored', async () => {
  const { tenantId, headers } = await newTenant()
  const at = (hour: number) => `2026-03-01T${hour}:00:00Z`
  const without = (field: keyof typeof deployed) =>
    Object.fromEntries(Object.entries(deployed).filter(([key]) => key !== field))
  const cases: [string, object, string][] = [
    ['/deployments', without('external_id'), '#/external_id'],
    ['/deployments', without('repository'), '#/repository'],
    ['/deployments', without('environment'), '#/environment'],
    ['/deployments', { ...deployed, sha: 'main' }, '#/sha'],
    ['/deployments', { ...deployed, sha: deployed.sha.slice(0, 10) }, '#/sha'],
    ['/deployments', { ...deployed, repository: 'https://git.test/acme/shop' }, '#/repository'],
    ['/deployments', { ...deployed, status: 'success' }, '#/status'],
    ['/deployments', { ...deployed, finished_at: 'yesterday' }, '#/finished_at'],
    ['/deployments', { ...deployed, finished_at: '2026-03-01T10:00:00' }, '#/finished_at'],
    ['/deployments', { ...deployed, created_at: at(11), finished_at: at(10) }, '#/finished_at'],
    ['/deployments', { ...deployed, created_at: at(11), failed_at: at(10), status: 'failed' }, '#/failed_at'],
    ['/deployments', { ...deployed, url: 'javascript:alert(1)' }, '#/url'],
    ['/deployments', { ...deployed, external_id: '' }, '#/external_id'],
    ['/deployments', { ...deployed, external_id: 'x'.repeat(201) }, '#/external_id'],
    ['/deployments', { ...deployed, external_id: 'a\nb' }, '#/external_id'],
    ['/deployments', { ...deployed, colour: 'red' }, '#/colour'],
    ['/incidents', { title: 'x' }, '#/external_id'],
    ['/incidents', { external_id: '1', deployment_sha: 'zz' }, '#/deployment_sha'],
    ['/incidents', { external_id: '1', status: 'resolved' }, '#/resolved_at'],
    ['/incidents', { external_id: '1', status: 'reopened' }, '#/reopened_at'],
    ['/incidents', { external_id: '1', started_at: at(11), resolved_at: at(10) }, '#/resolved_at'],
  ]
  for (const [url, payload, pointer] of cases) {
    const reply = await call(headers, 'POST', url, payload)
    assert.equal(reply.statusCode, 422, `${JSON.stringify(payload)}: ${reply.body}`)
    assert.equal(reply.json().errors[0].pointer, pointer, reply.body)
  }
  assert.deepEqual(await app.sql('select from event_queue where tenant_id = $1', [tenantId]), [])
})

test('[Q9] [P6] a key needs events:write, and that is all it gives', async () => {
  const { tenantId } = await newTenant()
  const narrow = await app.key({ tenantId, scopes: ['events:write'] })
  assert.equal((await call(narrow, 'POST', '/deployments', deployed)).statusCode, 202)
  assert.equal((await call(narrow, 'GET', '/deployments')).statusCode, 403)
  const reading = await app.key({ tenantId, scopes: ['delivery:read', 'delivery:write'] })
  assert.equal((await call(reading, 'POST', '/deployments', deployed)).statusCode, 403)
  assert.equal((await call(reading, 'POST', '/incidents', { external_id: '1' })).statusCode, 403)
})

test('[Q9] [P6] a key limited to streams speaks of what is theirs alone', async () => {
  const { tenantId, headers } = await newTenant()
  const stream = (id: string, kind: string, sources: [string, string][]) =>
    call(headers, 'POST', '/streams', {
      id,
      kind,
      name: id,
      sources: sources.map(([of, value]) => ({ kind: of, value })),
    })
  await stream('shop', 'delivery', [
    ['repository', 'acme/shop'],
    ['service', 'checkout'],
  ])
  await stream('billing', 'delivery', [['repository', 'acme/billing']])
  await stream('typescript', 'tech', [['repository', 'acme/shop']])
  await app.settle()
  const limited = await app.key({ tenantId, scopes: ['events:write'], streams: ['shop'] })
  const status = async (url: string, body: object) => (await call(limited, 'POST', url, body)).statusCode
  assert.equal(await status('/deployments', deployed), 202)
  assert.equal(await status('/deployments', { ...deployed, repository: 'ACME/Shop' }), 202)
  assert.equal(await status('/deployments', { ...deployed, repository: 'acme/other', service: 'Checkout' }), 202)
  assert.equal(await status('/deployments', { ...deployed, repository: 'acme/billing' }), 403)
  assert.equal(await status('/deployments', { ...deployed, repository: 'acme/nobody' }), 403)
  assert.equal(await status('/deployments', { ...deployed, repository: 'acme/billing', service: 'checkout' }), 403)
  assert.equal(await status('/incidents', { external_id: '1', title: 'x' }), 403)
  assert.equal(await status('/incidents', { external_id: '1', service: 'checkout' }), 202)
  await call(headers, 'POST', '/incidents', { external_id: '2', repository: 'acme/billing' })
  await app.settle()
  const theirs = { external_id: '2', service: 'checkout', resolved_at: '2030-01-01T00:00:00Z' }
  assert.equal(await status('/incidents', theirs), 403, 'an incident of another stream is not taken over')
  const none = await app.key({ tenantId, scopes: ['events:write'], streams: ['nothing'] })
  assert.equal((await call(none, 'POST', '/deployments', deployed)).statusCode, 403)
})
