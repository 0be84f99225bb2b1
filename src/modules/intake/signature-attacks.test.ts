/** Attacks on signatures, numbered as in reliability.md §2A of the references. Replays and their like: replay-attacks.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { hmacSha256, safeEqual } from '#kernel/crypto/index.ts'
import { githubSecret, jiraSecret } from '#test/support/app.ts'
import { eventWebhook, githubWebhook, jiraWebhook, sign, signEvent } from '#test/support/webhooks.ts'
import { newSecret } from './standard-webhooks.ts'
import {
  app,
  body,
  foreign,
  type Headers,
  headerOf,
  http,
  inject,
  kinds,
  overSocket,
  own,
  refused,
  senders,
  unset,
  warnings,
  withHeaders,
} from './test-attacks.ts'

test('the requests that the attacks start from are accepted', async () => {
  for (const kind of kinds) assert.equal((await http.inject(senders[kind].good())).statusCode, 202, kind)
})

const shapes: Record<string, string | undefined> = {
  '1 no signature': undefined,
  '2 empty': '',
  '2 v1,': 'v1,',
  '2 v1,AAAA': 'v1,AAAA',
  '2 odd hex': `sha256=${'a'.repeat(63)}`,
  '2 unicode': `sha256=${'é'.repeat(64)}`,
  '2 unicode base64': `v1,${'é'.repeat(43)}=`,
  '2 one byte': 'a',
  '2 one byte of base64': 'v1,YQ==',
  '2 sha1': `sha1=${'a'.repeat(40)}`,
  '2 another digest': `sha256=${'a'.repeat(64)}`,
  '2 another digest of base64': `v1,${Buffer.alloc(32, 1).toString('base64')}`,
}
for (const [label, value] of Object.entries(shapes))
  test(`[Q1] [Q9] ${label}: 401 and nothing stored`, async () => {
    for (const kind of kinds) {
      const { good, signatureHeader } = senders[kind]
      await refused(`${kind} ${label}`, inject(withHeaders(good(), { [signatureHeader]: value })), [401])
      assert.equal(warnings.length, 1, 'a refused signature is told')
      assert.equal(warnings[0]!.source, kind === 'events' ? 'jenkins' : kind)
    }
  })

test('[Q1] [Q9] 3 a source without a secret: 401, whatever it is signed with', async () => {
  const requests = [
    githubWebhook('push', body, { secret: '' }),
    jiraWebhook(body, { secret: '' }),
    eventWebhook('nobody', body, { secret: 'whsec_' }),
    eventWebhook('nobody', body, { secret: own.secret }),
  ]
  for (const request of requests) {
    const reply = await unset.http.inject(request)
    assert.equal(reply.statusCode, 401, String(request.url))
    assert.equal(reply.json().type, '/problems/intake/no-secret')
  }
  assert.equal((await unset.sql('select count(*)::int as n from event_queue'))[0]!.n, 0)
})

test('[Q1] [Q9] 4 the secret of another source, connection or tenant: 401', async () => {
  const requests = [
    githubWebhook('push', body, { secret: jiraSecret }),
    jiraWebhook(body, { secret: githubSecret }),
    githubWebhook('push', body, { secret: own.secret }),
    eventWebhook('jenkins', body, { secret: foreign.secret }),
    eventWebhook('jenkins', body, { secret: own.secret, connection: foreign.id }),
    eventWebhook('jenkins', body, { secret: `whsec_${Buffer.from(githubSecret).toString('base64')}` }),
  ]
  for (const request of requests) await refused(String(request.url), inject(request), [401])
  const elsewhere = eventWebhook('buildkite', body, { secret: own.secret, connection: own.id })
  await refused('a connection under another name', inject(elsewhere), [404])
  const payload = { source: 'github', name: 'org', secret: newSecret() }
  const made = await http.inject({ method: 'POST', url: '/api/v1/connections', headers: await app.key(), payload })
  const hub = { secret: payload.secret, connection: made.json().id }
  assert.equal((await http.inject(githubWebhook('ping', body, hub))).statusCode, 202)
  for (const request of [
    githubWebhook('push', body, { secret: own.secret, connection: own.id }),
    jiraWebhook(body, hub),
    eventWebhook('jenkins', body, hub),
  ])
    await refused(`a connection of another kind at ${request.url}`, inject(request), [404])
})

const changed: Record<string, string> = {
  'one byte': body.replace('1}', '2}'),
  'written again': JSON.stringify(JSON.parse(body)),
  'a byte order mark': `\ufeff${body}`,
  'CRLF for LF': body.replaceAll('\n', '\r\n'),
  'a space behind': `${body} `,
  nothing: '',
}
for (const [label, payload] of Object.entries(changed))
  test(`[Q1] [Q9] 5 a changed body (${label}): 401`, async () => {
    for (const kind of kinds)
      await refused(`${kind} ${label}`, inject({ ...senders[kind].good(), payload }), [400, 401])
  })

test('[Q9] 7 an HMAC under the name of ed25519, or of no version: 401', async () => {
  const good = senders.events.good()
  const digest = headerOf(good, 'webhook-signature').slice('v1,'.length)
  for (const version of ['v1a,', 'v2,', 'V1,', 'v1 ,', 'v1:', '', 'whpk_'])
    await refused(version, inject(withHeaders(good, { 'webhook-signature': `${version}${digest}` })), [401])
})

test('[Q9] 8 a key that comes with the request is not used', async () => {
  const mine = newSecret()
  const request = withHeaders(eventWebhook('jenkins', body, { secret: mine }), {
    'webhook-public-key': mine,
    'webhook-key': mine,
    authorization: `Bearer ${mine}`,
  })
  await refused('own key', inject(request), [401])
  await refused('own key in the query', inject({ ...request, query: { secret: mine } }), [401])
})

const secondsNow = () => Math.floor(Date.now() / 1000)

test('[Q9] 9 a timestamp 301 s off: 401 with what to do about it; 299 s: 202', async () => {
  const at = (seconds: number) => eventWebhook('jenkins', body, { secret: own.secret, seconds })
  for (const off of [-3600, -302, 302, 3600]) {
    await refused(`${off} s`, inject(at(secondsNow() + off)), [401])
    const problem = (await http.inject(at(secondsNow() + off))).json()
    assert.equal(problem.type, '/problems/intake/stale-timestamp')
    assert.match(problem.detail, off > 0 ? /ahead of/ : /behind/)
  }
  for (const off of [-298, 298]) assert.equal((await http.inject(at(secondsNow() + off))).statusCode, 202, `${off} s`)
})

test('[Q9] 9 the tolerance ends after 300 s exactly', async (t) => {
  const now = 1_700_000_000
  t.mock.timers.enable({ apis: ['Date'], now: now * 1000 })
  const status = async (off: number) =>
    (await http.inject(eventWebhook('jenkins', body, { secret: own.secret, seconds: now + off }))).statusCode
  assert.deepEqual(
    [
      await status(-301),
      await status(-300),
      await status(-299),
      await status(299),
      await status(300),
      await status(301),
    ],
    [401, 202, 202, 202, 202, 401],
  )
})

test('[Q9] 10 timestamps that are no timestamp: 400 or 401, though the library takes some of them', async () => {
  const good = senders.events.good()
  const now = secondsNow()
  const timestamps = [
    'NaN',
    '1e9',
    '-1',
    `${now}abc`,
    `${now}.5`,
    '1'.padEnd(21, '0'),
    '',
    `+${now}`,
    `0${now}`,
    ` ${now}`,
    '0x65',
    '٣',
    undefined,
  ]
  for (const timestamp of timestamps) {
    // Signed as it is written, so that nothing but its shape is wrong.
    const signature = signEvent(own.secret, headerOf(good, 'webhook-id'), timestamp ?? '', body)
    const request = withHeaders(good, { 'webhook-timestamp': timestamp, 'webhook-signature': signature })
    await refused(`timestamp ${timestamp}`, inject(request), [400, 401])
  }
  const lax = { ...(good.headers as Headers), 'webhook-timestamp': `${headerOf(good, 'webhook-timestamp')}abc` }
  assert.doesNotThrow(() => new Webhook(own.secret).verify(body, lax), 'the library is lax here')
})

test('[Q9] 10 headers that stand twice: 400 or 401', async () => {
  const good = senders.events.good()
  const headers = good.headers as Headers
  assert.equal((await overSocket(good, headers)()).statusCode, 202)
  const again = senders.events.good()
  const twice = again.headers as Headers
  for (const name of ['webhook-timestamp', 'webhook-id'])
    await refused(`${name} twice`, overSocket(again, { ...twice, [name]: [twice[name]!, twice[name]!] }), [400, 401])
})

test('[Q9] 16 10,000 signatures: the first ten are tried; a header over 16 KB: 431', async () => {
  const good = senders.events.good()
  const wrong = `v1,${Buffer.alloc(32, 1).toString('base64')}`
  const right = headerOf(good, 'webhook-signature')
  const many = (count: number) => withHeaders(good, { 'webhook-signature': `${`${wrong} `.repeat(count)}${right}` })
  await refused('10,000 signatures', inject(many(10_000)), [401])
  await refused('the eleventh', inject(many(10)), [401])
  await refused('10,000 on the wire', overSocket(good, many(10_000).headers as Headers), [431])
  for (const kind of ['github', 'jira'] as const) {
    const { good: request, signatureHeader } = senders[kind]
    const headers = { ...(request().headers as Headers), [signatureHeader]: 'sha256='.padEnd(17_000, 'a') }
    await refused(`${kind} 17 KB`, overSocket(request(), headers), [431])
  }
  assert.equal((await http.inject(many(9))).statusCode, 202)
})

test('[Q1] 21 digests are compared in constant time and only at equal length', () => {
  const digest = hmacSha256('a', 'b')
  assert.ok(safeEqual(digest, Buffer.from(digest)))
  for (const other of [Buffer.alloc(0), digest.subarray(1), Buffer.concat([digest, digest]), Buffer.alloc(32)])
    assert.equal(safeEqual(digest, other), false)
})

test('[Q1] signatures in the other protocol’s header or form are nobody’s', async () => {
  const payload = body
  const cross = withHeaders(senders.events.good(), {
    'webhook-signature': undefined,
    'x-hub-signature-256': sign(own.secret, payload),
  })
  await refused('hub on events', inject(cross), [401])
  const back = withHeaders(senders.github.good(), {
    'x-hub-signature-256': undefined,
    'webhook-signature': signEvent(githubSecret, 'a', 1, payload),
  })
  await refused('events on hub', inject(back), [401])
})
