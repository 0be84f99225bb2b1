import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { githubSecret, jiraSecret, testApp } from '#test/support/app.ts'
import { testContext } from '#test/support/database.ts'
import { examples } from '#test/support/examples.ts'
import { githubWebhook, jiraWebhook, sign } from '#test/support/webhooks.ts'

const app = await testApp()
const unset = await testApp({ GITHUB_WEBHOOK_SECRET: '' })
const count = async () => Number((await app.sql('select count(*) as n from event_queue'))[0]!.n)

/** Sends and asserts the status, the problem type, and that nothing was stored. */
async function refused(request: InjectOptions, status: number, slug: string) {
  const before = await count()
  const reply = await app.http.inject(request)
  assert.equal(reply.statusCode, status, reply.body)
  assert.match(String(reply.headers['content-type']), /^application\/problem\+json/)
  assert.equal(reply.json().type, `/problems/${slug}`)
  assert.equal(await count(), before)
  return reply
}

test('[Q1] the signature vectors of GitHub and Jira are accepted', async () => {
  assert.equal(
    sign("It's a Secret to Everybody", 'Hello, World!'),
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  )
  assert.equal((await app.http.inject(githubWebhook('ping', { zen: 'x' }))).statusCode, 202)
  assert.equal((await app.http.inject(jiraWebhook({ webhookEvent: 'jira:issue_created' }))).statusCode, 202)
})

test('[Q1] 202 means the event is in the queue with its payload as signed', async () => {
  const reply = await app.http.inject(githubWebhook('ping', '{"zen":"\\u0000 kept"}', { delivery: 'kept-1' }))
  assert.deepEqual(reply.json(), { accepted: true, delivery_id: 'kept-1' })
  const [row] = await app.sql(`select id, event_source, event_type from event_queue where delivery_id = 'kept-1'`)
  assert.equal(row!.event_type, 'ping')
  const seen = await app.http.inject({ url: `/api/v1/events/${row!.id}`, headers: await app.key() })
  assert.equal(seen.json().payload, '{"zen":"\\u0000 kept"}')
})

test('[Q1] form-encoded GitHub deliveries are accepted and understood', async () => {
  const body = `payload=${encodeURIComponent(JSON.stringify({ zen: 'form' }))}`
  const reply = await app.http.inject({
    ...githubWebhook('ping', body, { delivery: 'form-1' }),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-hub-signature-256': sign(githubSecret, body),
      'x-github-event': 'ping',
      'x-github-delivery': 'form-1',
    },
  })
  assert.equal(reply.statusCode, 202)
  await app.settle()
  const [row] = await app.sql(`select status, outcome from event_queue where delivery_id = 'form-1'`)
  assert.deepEqual(row, { status: 'completed', outcome: 'ignored:ping' })
})

test('[Q1] bad and missing signatures are 401 and leave nothing', async () => {
  const good = githubWebhook('push', { a: 1 })
  const with_ = (signature: string | undefined) => {
    const { 'x-hub-signature-256': _, ...headers } = good.headers as Record<string, string>
    return { ...good, headers: signature === undefined ? headers : { ...headers, 'x-hub-signature-256': signature } }
  }
  const right = (good.headers as Record<string, string>)['x-hub-signature-256']!
  const bad = [
    undefined,
    '',
    'sha256=',
    'sha256=zz',
    `sha1=${'a'.repeat(40)}`,
    right.slice(0, -1),
    `${right}0`,
    right.replace(/.$/, (c) => (c === '0' ? '1' : '0')),
    'v1,AAAA',
    'sha256=é'.padEnd(71, '0'),
  ]
  for (const signature of bad) await refused(with_(signature), 401, 'intake/bad-signature')
  await refused({ ...good, payload: `${good.payload} ` }, 401, 'intake/bad-signature')
  await refused({ ...good, payload: `\ufeff${good.payload}` }, 401, 'intake/bad-signature')
  await refused(githubWebhook('push', { a: 1 }, { secret: jiraSecret }), 401, 'intake/bad-signature')
})

test('[Q1] a source without a secret fails closed with a problem of its own', async () => {
  const reply = await unset.http.inject(githubWebhook('push', { a: 1 }, { secret: '' }))
  assert.equal(reply.statusCode, 401)
  assert.equal(reply.json().type, '/problems/intake/no-secret')
  assert.equal((await unset.sql('select count(*)::int as n from event_queue'))[0]!.n, 0)
})

test('[Q1] other content types, encodings and oversized bodies are refused unread', async () => {
  const good = githubWebhook('push', { a: 1 })
  const headers = good.headers as Record<string, string>
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data', ''])
    await refused({ ...good, headers: { ...headers, 'content-type': type } }, 415, 'unsupported-media-type')
  await refused({ ...good, headers: { ...headers, 'content-encoding': 'gzip' } }, 415, 'unsupported-media-type')
  const large = `"${'x'.repeat(25 * 1024 * 1024)}"`
  await refused(githubWebhook('push', large), 413, 'body-too-large')
})

test('[Q1] delivery ids that are not visible ASCII are refused', async () => {
  for (const delivery of ['a b', 'x'.repeat(201), 'é'])
    await refused(githubWebhook('push', { a: 1 }, { delivery }), 400, 'malformed-request')
})

test('[Q1] what is signed is stored even if it cannot be parsed, and becomes a dead letter with its reason', async () => {
  const reply = await app.http.inject(githubWebhook('push', '{not json', { delivery: 'broken-1' }))
  assert.equal(reply.statusCode, 202)
  await app.settle()
  const [row] = await app.sql(`select status, error_class, last_error from event_queue where delivery_id = 'broken-1'`)
  assert.equal(row!.status, 'dead_lettered')
  assert.equal(row!.error_class, 'intake/unreadable-payload')
  assert.match(String(row!.last_error), /Malformed payload/)
})

test('[Q1] a connection has its own address and secret, two valid during a rotation, and its tenant alone', async () => {
  const tenant = await app.tenant()
  const headers = await app.key({ tenantId: tenant.tenantId })
  const made = await app.http.inject({
    method: 'POST',
    url: '/api/v1/connections',
    headers,
    payload: { source: 'github', name: 'org hook' },
  })
  assert.equal(made.statusCode, 201, made.body)
  const { id: connection, secret, url } = made.json()
  assert.ok(url.endsWith(`/api/v1/webhooks/github/${connection}`))
  const send = (withSecret: string) =>
    app.http.inject(githubWebhook('ping', { zen: 'x' }, { secret: withSecret, connection }))
  assert.equal((await send(secret)).statusCode, 202)
  assert.equal((await send(githubSecret)).statusCode, 401)
  const rotated = await app.http.inject({
    method: 'POST',
    url: `/api/v1/connections/${connection}/rotate`,
    headers,
    payload: { overlap_hours: 1 },
  })
  await new Promise((resolve) => setTimeout(resolve, 600))
  assert.equal((await send(secret)).statusCode, 202, 'the old secret works during the overlap')
  assert.equal((await send(rotated.json().secret)).statusCode, 202)
  await app.sql(`update connection set previous_valid_until = now() - interval '1 second' where id = $1`, [connection])
  await new Promise((resolve) => setTimeout(resolve, 600))
  assert.equal((await send(secret)).statusCode, 401, 'and not after it')
  const rows = await app.sql('select distinct tenant_id from event_queue where connection_id = $1', [connection])
  assert.deepEqual(rows, [{ tenant_id: tenant.tenantId }])
  const [stored] = await app.sql('select secret from connection where id = $1', [connection])
  assert.ok(!(stored!.secret as Buffer).includes(Buffer.from(rotated.json().secret)), 'secrets are stored sealed')
  await app.http.inject({ method: 'DELETE', url: `/api/v1/connections/${connection}`, headers })
  await new Promise((resolve) => setTimeout(resolve, 600))
  assert.equal((await send(rotated.json().secret)).statusCode, 404)
})

test('[Q1] a secret that can be guessed is refused with its length', async () => {
  const reply = await app.http.inject({
    method: 'POST',
    url: '/api/v1/connections',
    headers: await app.key(),
    payload: { source: 'jira', name: 'x', secret: 'short' },
  })
  assert.equal(reply.statusCode, 422)
  assert.deepEqual(reply.json().errors, [{ pointer: '#/secret', detail: '5 bytes, need at least 24' }])
})

test('[Q1] unknown connections are 404, whatever their id looks like', async () => {
  await refused(githubWebhook('push', {}, { connection: '00000000-0000-4000-8000-000000000000' }), 404, 'not-found')
  assert.equal((await app.http.inject(githubWebhook('push', {}, { connection: 'nope' }))).statusCode, 422)
})

test('[Q3] a redelivered event is accepted and changes nothing', async () => {
  const before = await count()
  const requests = Array.from({ length: 50 }, () => githubWebhook('ping', { zen: 'again' }, { delivery: 'again-1' }))
  const replies = await Promise.all(requests.map((request) => app.http.inject(request)))
  assert.ok(replies.every(({ statusCode }) => statusCode === 202))
  assert.equal(await count(), before + 1)
  assert.equal(
    Number(
      (
        await app.sql(
          `select count(*) as n from payload_segment s where not exists (select from event_queue q where q.segment_id = s.id)`,
        )
      )[0]!.n,
    ),
    0,
  )
})

test('[Q2] all 329 example payloads of GitHub are accepted and none becomes a dead letter', async () => {
  assert.equal(examples.length, 329)
  const replies = await Promise.all(
    examples.map(({ name, payload }, index) =>
      app.http.inject(githubWebhook(name, payload, { delivery: `example-${index}` })),
    ),
  )
  assert.ok(replies.every(({ statusCode }) => statusCode === 202))
  await app.settle()
  const rows = await app.sql(
    `select status, count(*)::int as n from event_queue where delivery_id like 'example-%' group by status`,
  )
  assert.deepEqual(rows, [{ status: 'completed', n: 329 }])
})

test('[Q5] an event leads to the facts it caused, and a fact back to its events', async () => {
  const headers = await app.key()
  const [event] = await app.sql(
    `select event_id, fact_table, fact_id from event_lineage where tenant_id = $1 limit 1`,
    [testContext().tenantId],
  )
  assert.ok(event, 'the examples cause facts')
  const seen = await app.http.inject({ url: `/api/v1/events/${event.event_id}`, headers })
  assert.ok(
    seen
      .json()
      .facts.some(
        (fact: { table: string; id: string }) => fact.table === event.fact_table && fact.id === event.fact_id,
      ),
  )
  const back = await app.http.inject({
    url: `/api/v1/lineage?table=${event.fact_table}&id=${encodeURIComponent(String(event.fact_id))}`,
    headers,
  })
  assert.ok(back.json().events.includes(Number(event.event_id)))
})
