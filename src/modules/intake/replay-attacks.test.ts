/** Replays, ids, other tenants, rotation and raw bodies, numbered as in reliability.md §2A (26 and 29: §2B) of the references. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventWebhook } from '#test/support/webhooks.ts'
import {
  alpha,
  app,
  body,
  connectSource,
  foreign,
  http,
  inject,
  kinds,
  own,
  rawRequest,
  refused,
  senders,
} from './test-attacks.ts'

test('[Q3] [Q9] 11 13 an exact replay, before and after it was processed: 202, one event, one effect', async () => {
  for (const kind of kinds) {
    const request = senders[kind].good(body, `replay-${kind}`)
    for (const settled of [false, false, true]) {
      if (settled) await app.settle()
      assert.equal((await http.inject(request)).statusCode, 202)
    }
    const rows = await app.sql('select attempt_count, status from event_queue where delivery_id = $1', [
      `replay-${kind}`,
    ])
    assert.deepEqual(rows, [{ attempt_count: 1, status: 'completed' }])
  }
})

test('[Q3] [Q9] 14 500 parallel copies: one event', async () => {
  for (const kind of kinds) {
    const request = senders[kind].good(body, `copies-${kind}`)
    const replies = await Promise.all(Array.from({ length: 500 }, () => http.inject(request)))
    assert.deepEqual(new Set(replies.map(({ statusCode }) => statusCode)), new Set([202]))
    assert.equal((await app.sql('select from event_queue where delivery_id = $1', [`copies-${kind}`])).length, 1)
  }
})

test('[Q9] 15 ids with a dot, NUL, line ends, of 10 KB or beyond ASCII: 400', async () => {
  for (const id of ['a.b', 'a\0b', 'a\r\nb', 'x'.repeat(10_240), 'é', 'a b', '', 'a\tb', '٣'])
    await refused(
      `id ${JSON.stringify(id.slice(0, 10))}`,
      inject(eventWebhook('jenkins', body, { secret: own.secret, id })),
      [400],
    )
  for (const id of ['a b', 'a\tb', 'x'.repeat(201), 'é'])
    for (const kind of ['github', 'jira'] as const)
      await refused(`${kind} ${id}`, inject(senders[kind].good(body, id)), [400])
})

test('[Q9] 15 a NUL or a bare line end within a header, on the wire: 400', async () => {
  for (const id of ['a\0b', 'a\rb', 'a\nb']) {
    const lines = [
      'POST /api/v1/webhooks/events/jenkins HTTP/1.1',
      'host: x',
      'content-type: application/json',
      `webhook-id: ${id}`,
    ]
    await refused(JSON.stringify(id), rawRequest(`${lines.join('\r\n')}\r\ncontent-length: 2\r\n\r\n{}`), [400])
  }
})

test('[Q9] 17 an event that names what is another tenant’s makes facts of its own tenant only', async () => {
  const data = { external_id: '1', repository: 'alpha/secret', environment: 'production' }
  const payload = { type: 'deployment.finished', data, tenant_id: alpha.tenantId, connection: foreign.id }
  const mine = eventWebhook('jenkins', payload, { secret: own.secret })
  assert.equal((await http.inject(mine)).statusCode, 202)
  await app.settle()
  const rows = await app.sql(`select tenant_id from deployment_records where repository = 'alpha/secret'`)
  assert.equal(rows.length, 1)
  assert.notEqual(rows[0]!.tenant_id, alpha.tenantId)
})

test('[Q1] [Q9] 19 a rotation: both secrets within the overlap, only the new one after it', async () => {
  const headers = await app.key({ tenantId: alpha.tenantId })
  const made = await connectSource(headers, 'rotating')
  const send = async (secret: string) =>
    (await http.inject(eventWebhook('rotating', body, { secret, connection: made.id }))).statusCode
  assert.equal(await send(made.secret), 202)
  const rotated = await http.inject({
    method: 'POST',
    url: `/api/v1/connections/${made.id}/rotate`,
    headers,
    payload: { overlap_hours: 1 },
  })
  const { secret } = rotated.json()
  assert.match(secret, /^whsec_/)
  await believed()
  assert.deepEqual([await send(made.secret), await send(secret)], [202, 202])
  await app.sql(`update connection set previous_valid_until = now() - interval '1 second' where id = $1`, [made.id])
  await believed()
  assert.deepEqual([await send(made.secret), await send(secret)], [401, 202])
})
/** A looked-up connection is believed half a second. */
const believed = () => new Promise((resolve) => setTimeout(resolve, 600))

test('[Q1] [Q9] 20 a weak secret: 422 with its length; one of another form: 422', async () => {
  const headers = await app.key()
  const whsec = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`
  const make = async (payload: object) =>
    http.inject({ method: 'POST', url: '/api/v1/connections', headers, payload: { name: 'x', ...payload } })
  for (const [payload, slug] of [
    [{ source: 'github', secret: 'x'.repeat(23) }, 'intake/weak-secret'],
    [{ source: 'events', event_source: 'weak', secret: whsec(3) }, 'intake/weak-secret'],
    [{ source: 'events', event_source: 'weak', secret: whsec(23) }, 'intake/weak-secret'],
    [{ source: 'events', event_source: 'weak', secret: 'whsec_' }, 'intake/weak-secret'],
    [{ source: 'events', event_source: 'weak', secret: whsec(65) }, 'invalid-request'],
    [{ source: 'events', event_source: 'weak', secret: 'x'.repeat(40) }, 'invalid-request'],
    [{ source: 'events', event_source: 'weak', secret: `${whsec(32)}!` }, 'invalid-request'],
  ] as const) {
    const reply = await make(payload)
    assert.equal(reply.statusCode, 422, reply.body)
    assert.equal(reply.json().type, `/problems/${slug}`)
    assert.equal(reply.json().errors[0].pointer, '#/secret')
  }
  assert.equal((await make({ source: 'events', event_source: 'weak', secret: whsec(24) })).statusCode, 201)
  const [connection] = await app.sql(`select id from connection where event_source = 'weak'`)
  const weaker = { method: 'POST', url: `/api/v1/connections/${connection!.id}/rotate`, headers } as const
  assert.equal((await http.inject({ ...weaker, payload: { secret: whsec(8) } })).statusCode, 422)
})

const keptRaw: Record<string, string> = {
  '26 keys that stand twice': '{"type":"ping","amount":1,"amount":999}',
  '29 an escaped NUL': '{"type":"ping","text":"\\u0000"}',
  '29 a NUL': '{"type":"ping","text":"\0"}',
  '29 a lone surrogate': '{"type":"ping","text":"\\ud800"}',
  '29 no JSON': 'not JSON',
  '29 nothing': '',
}
for (const [label, payload] of Object.entries(keptRaw))
  test(`[Q1] [Q9] ${label}, but signed: 202, kept as it was signed`, async () => {
    for (const kind of kinds) {
      const id = `raw-${kind}-${label.replaceAll(/\W/g, '')}`
      const request = senders[kind].good(payload, id)
      const reply = await http.inject(request)
      assert.equal(reply.statusCode, 202, `${kind}: ${reply.body}`)
      const [row] = await app.sql('select id, tenant_id from event_queue where delivery_id = $1', [id])
      const seen = await http.inject({ url: `/api/v1/events/${row!.id}`, headers: await app.key() })
      assert.equal(seen.json().payload, payload)
    }
    await app.settle()
    assert.deepEqual(await app.sql(`select id from event_queue where status not in ('completed', 'dead_lettered')`), [])
  })
