/** What each kind of channel sends, what its test tells, and which answers are for good. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { testMailServer } from '#modules/mail/test-server.ts'
import { botToken, notificationBench, routingKey } from '../test-bench.ts'

const mail = await testMailServer()
const bench = await notificationBench({ SMTP_URL: `smtp://127.0.0.1:${mail.port}` })
const { outside, sql } = bench
const tested = async (tenant: Awaited<ReturnType<typeof bench.tenant>>, id: string) =>
  (await tenant.ask('POST', `/notification-channels/${id}/test`, {}, 200)).json()

test('[A3] Slack by a bot: the test says team and user; alerts come as blocks that mention nobody', async () => {
  const tenant = await bench.tenant()
  const { id } = await tenant.channel({ kind: 'slack_bot', name: 'Ops', token: botToken, channel: 'C024BE91L' })
  deepEqual(await tested(tenant, id), {
    ok: true,
    steps: [
      { what: 'auth.test', ok: true, answer: 'team acme, user daytwo' },
      { what: 'chat.postMessage', ok: true, answer: 'ok, message 1700000000.000100 in C024BE91L' },
    ],
  })
  const before = outside.to('/slack/chat.postMessage').length
  await tenant.find('<!channel> & <https://evil.example|click>', { detail: 'See <https://evil.example|this> <!here>' })
  const [sent] = outside.to('/slack/chat.postMessage').slice(before)
  equal(sent!.headers.authorization, `Bearer ${botToken}`)
  const { channel, text, blocks, metadata } = sent!.body as {
    channel: string
    text: string
    blocks: unknown
    metadata: object
  }
  equal(channel, 'C024BE91L')
  ok(!/<!|<https:\/\/evil/.test(text), text)
  const shown = blocks as { type: string; text?: { type: string }; elements?: { type: string; text: string }[] }[]
  for (const block of shown) if (block.text) equal(block.text.type, 'plain_text')
  for (const { type, text: words } of shown.at(-1)!.elements!) if (type === 'mrkdwn') ok(!words.includes('evil'))
  const [told] = await tenant.told()
  deepEqual(metadata, { event_type: 'daytwo_alert', event_payload: { key: told!.key, alert_id: told!.alert_id } })
  equal(told!.answer, 'ok, message 1700000000.000100 in C024BE91L')
})

test('[A3] Slack’s no is a no though it comes with 200: for good at once, and the channel shows it', async () => {
  const tenant = await bench.tenant()
  const { id } = await tenant.channel({ kind: 'slack_bot', name: 'Ops', token: botToken, channel: 'C024BE91L' })
  outside.says.set('/slack/', { body: { ok: false, error: 'invalid_auth' } })
  const { ok: well, steps } = await tested(tenant, id)
  deepEqual([well, steps], [false, [{ what: 'answer', ok: false, answer: 'Slack refused auth.test: invalid_auth' }]])
  outside.says.set('/slack/', { body: { ok: false, error: 'channel_not_found' } })
  await tenant.find('shop')
  const [failed] = await tenant.told('&state=failed')
  deepEqual([failed!.attempts, failed!.why], [1, 'Slack refused chat.postMessage: channel_not_found'])
  const [channel] = (await tenant.channels()).channels
  match(channel.last_failure, /channel_not_found/)
  ok(channel.last_failed_at)

  // Dead letters of this work are listed and requeued as all are.
  const { work } = (await tenant.ask('GET', '/work', undefined, 200)).json()
  equal(work.find(({ name }: { name: string }) => name === 'notification').dead_lettered, 1)
  const { dead_letters: letters } = (await tenant.ask('GET', '/work/notification/dead-letters', undefined, 200)).json()
  match(letters[0].summary, /^raised of_the_test_\w+ shop to Ops$/)
  equal(letters[0].error_class, 'notifications/refused')
  outside.says.delete('/slack/')
  await tenant.ask('POST', '/work/notification/requeue', { ids: [letters[0].id] }, 200)
  await tenant.settle()
  deepEqual(await tenant.story(), ['raised MEDIUM sent'])
  equal((await tenant.channels()).channels[0].last_failure, null)
})

test('[A3] Slack’s 429 is waited for as long as it says, and costs no attempt', async () => {
  const tenant = await bench.tenant()
  await tenant.channel({ kind: 'slack_bot', name: 'Ops', token: botToken, channel: 'C024BE91L' })
  outside.says.set('/slack/', {
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': '37' },
  })
  await tenant.find('shop')
  deepEqual(await tenant.story(), ['raised MEDIUM waiting asked-to-wait'])
  const [row] = await sql(
    'select attempt_count, extract(epoch from due_at - app.now())::float8 as seconds from notification where tenant_id = $1',
    [tenant.tenantId],
  )
  equal(row!.attempt_count, 0)
  ok(Math.abs(Number(row!.seconds) - 37) < 5, String(row!.seconds))
  outside.says.delete('/slack/')
  await tenant.minutesPass(1)
  await tenant.settle()
  deepEqual(await tenant.story(), ['raised MEDIUM sent'])
})

test('[A3] an incoming webhook of Slack’s: what it answers in words decides', async () => {
  const tenant = await bench.tenant()
  const url = `${outside.url}/services/T1/B1/x`
  const { id } = await tenant.channel({ kind: 'slack_webhook', name: 'Hook', url })
  deepEqual(await tested(tenant, id), { ok: true, steps: [{ what: 'incoming webhook', ok: true, answer: '200 ok' }] })
  outside.says.set('/services/T1', { status: 404, body: 'no_service' })
  await tenant.find('shop')
  deepEqual(await tenant.story(), ['raised MEDIUM failed Slack answered 404: no_service'])
  outside.says.set('/services/T1', { status: 500, body: 'rollup_error' })
  await tenant.find('mill')
  deepEqual(await tenant.story('&state=waiting'), ['raised MEDIUM waiting Slack answered 500: rollup_error'])
})

test('[A3] PagerDuty: one incident an alert, opened and closed by its id', async () => {
  const tenant = await bench.tenant()
  const { id } = await tenant.channel({ kind: 'pagerduty', name: 'On call', routing_key: routingKey })
  const before = outside.to('/v2/enqueue').length
  const result = await tested(tenant, id)
  deepEqual([result.ok, result.steps.map(({ what }: { what: string }) => what)], [true, ['trigger', 'resolve']])
  match(result.steps[0].answer, /^202 .*Event processed/)
  await tenant.find('shop', { severity: 'HIGH' })
  await tenant.lose('shop')
  const [, , trigger, resolve] = outside
    .to('/v2/enqueue')
    .slice(before)
    .map(({ body }) => body)
  const [{ alert_id: alertId }] = (await tenant.told()) as [{ alert_id: string }]
  const { payload, ...rest } = trigger as { payload: Record<string, unknown> }
  deepEqual(
    [(rest as Record<string, unknown>).event_action, (rest as Record<string, unknown>).dedup_key, payload.severity],
    ['trigger', alertId, 'error'],
  )
  match(String(payload.summary), /^\[HIGH\] Of the test \w+ \(shop\)$/)
  deepEqual(resolve, { routing_key: routingKey, dedup_key: alertId, event_action: 'resolve' })
  outside.says.set('/v2/enqueue', { status: 400, body: { status: 'invalid event', errors: ['bad routing key'] } })
  await tenant.find('mill')
  match((await tenant.story('&state=failed'))[0]!, /PagerDuty answered 400: .*bad routing key/)
  outside.says.delete('/v2/enqueue')
})

test('[A3] a webhook is signed so that the reference library believes it, with one id at every attempt; 410 is for good', async () => {
  const tenant = await bench.tenant()
  const { secret } = await tenant.webhook('/signed')
  outside.says.set('/signed', { status: 500, body: 'not now' })
  await tenant.find('shop')
  outside.says.set('/signed', { status: 204, body: '' })
  await tenant.minutesPass(2)
  await tenant.settle()
  const attempts = outside.to('/signed')
  equal(attempts.length, 2)
  const verified = attempts.map(({ text, headers }) =>
    new Webhook(secret).verify(text, headers as Record<string, string>),
  )
  deepEqual(verified[0], verified[1])
  const { type, data } = verified[0] as { type: string; data: Record<string, unknown> }
  deepEqual([type, data.subject, data.severity, data.resolved_at], ['alert.raised', 'shop', 'MEDIUM', null])
  match(String(data.url), /\/alerts\/[0-9a-f-]{36}$/)
  const [told] = await tenant.told()
  deepEqual([...new Set(attempts.map(({ headers }) => headers['webhook-id']))], [told!.key])
  outside.says.set('/signed', { status: 410, body: 'gone' })
  await tenant.find('mill')
  const [failed] = await tenant.told('&state=failed')
  deepEqual([failed!.attempts, failed!.why], [1, 'The webhook answered 410: gone'])
})

test('[A3] e-mail goes over the mail server, repeated with one Message-ID; SMTP’s answer is told; links lead here only', async () => {
  const tenant = await bench.tenant()
  const { id } = await tenant.channel({ kind: 'email', name: 'Mail', address: 'maria@acme.example' })
  equal((await tenant.channels()).mail, true)
  deepEqual(await tested(tenant, id), {
    ok: true,
    steps: [{ what: 'SMTP', ok: true, answer: '250 Ok: queued as 4711' }],
  })
  mail.received.length = 0
  const tries: string[] = []
  mail.answer.data = (text) => {
    tries.push(/^Message-ID: (.*)$/m.exec(text)![1]!.trim())
    return tries.length === 1 ? { code: 451, text: 'Try again later' } : undefined
  }
  await tenant.find('shop', { detail: 'Seen at https://evil.example/x\nBcc: eve@example.com', severity: 'HIGH' })
  match((await tenant.story())[0]!, /raised HIGH waiting .*451/)
  await tenant.minutesPass(2)
  await tenant.settle()
  equal(tries.length, 2)
  equal(tries[0], tries[1])
  const [told] = await tenant.told()
  ok(tries[0]!.startsWith(`<${told!.key}@`))
  const { text, to } = mail.received[0]!
  deepEqual(to, ['maria@acme.example'])
  match(text, /^Subject: \[HIGH\] Of the test/m)
  ok(!/https:\/\/evil/.test(text) && text.includes(`/alerts/${told!.alert_id}`))
  ok(!/^Bcc:/m.test(text.slice(0, text.indexOf('\r\n\r\n'))), 'no header field comes from the text')
  mail.answer.rcpt = () => ({ code: 550, text: 'no such user' })
  await tenant.find('mill')
  match((await tenant.story('&state=failed'))[0]!, /550/)
})
