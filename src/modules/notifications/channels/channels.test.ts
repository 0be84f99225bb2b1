/** Channels: what is kept, what is shown, what is refused. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { botToken, notificationBench, routingKey } from '../test-bench.ts'

const bench = await notificationBench()
const { outside, sql } = bench
const tenant = await bench.tenant('Europe/Stockholm')

test('[A3] a channel of each kind is kept with its secret sealed and never shown', async () => {
  const quiet = { from: '22:00', to: '07:00', days: [5, 1], lets_through: 'HIGH' }
  const bot = await tenant.channel({
    kind: 'slack_bot',
    name: 'Ops',
    token: botToken,
    channel: 'C024BE91L',
    minimum_severity: 'HIGH',
    quiet,
  })
  deepEqual(
    [bot.target, bot.secret_hint, bot.minimum_severity, bot.quiet, bot.enabled, bot.secret],
    ['C024BE91L', '…oken', 'HIGH', { ...quiet, days: [1, 5] }, true, null],
  )
  const hook = `${outside.url}/services/T1/B1/verysecret`
  await tenant.channel({ kind: 'slack_webhook', name: 'Hook', url: hook })
  await tenant.channel({ kind: 'email', name: 'Mail', address: 'maria@acme.example' })
  await tenant.channel({ kind: 'pagerduty', name: 'On call', routing_key: routingKey })
  const { secret } = await tenant.webhook('/hooks/verysecret', { name: 'Anybody' })
  match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
  const list = await tenant.channels()
  equal(list.time_zone, 'Europe/Stockholm')
  equal(list.mail, false)
  deepEqual(
    list.channels.map(({ kind, target }: { kind: string; target: string }) => `${kind} ${target}`),
    [
      'slack_bot C024BE91L',
      `slack_webhook 127.0.0.1:${outside.port}`,
      'email maria@acme.example',
      'pagerduty PagerDuty',
      `webhook 127.0.0.1:${outside.port}`,
    ],
  )
  const shown = JSON.stringify(list)
  const kept = JSON.stringify(await sql(`select encode(secret, 'escape') as secret from alert_notification_channels`))
  const audited = JSON.stringify(await sql('select delta from audit_events where tenant_id = $1', [tenant.tenantId]))
  for (const hidden of [botToken, 'verysecret', routingKey, secret])
    for (const text of [shown, kept, audited]) ok(!text.includes(hidden), hidden)
})

test('[A3] what a kind does not have, or has in another form, is refused by name', async () => {
  const pointers = async (payload: object) => {
    const reply = await tenant.ask('POST', '/notification-channels', { name: 'x', ...payload }, 422)
    return reply.json().errors.map(({ pointer }: { pointer: string }) => pointer)
  }
  deepEqual(await pointers({ kind: 'slack_bot' }), ['#/token', '#/channel'])
  deepEqual(await pointers({ kind: 'slack_bot', token: 'secret', channel: '#ops' }), ['#/token', '#/channel'])
  deepEqual(await pointers({ kind: 'email', address: 'maria@acme.example', url: 'https://a.example' }), ['#/url'])
  deepEqual(await pointers({ kind: 'email', address: 'Maria <maria@acme.example>' }), ['#/address'])
  deepEqual(await pointers({ kind: 'pagerduty', routing_key: 'short' }), ['#/routing_key'])
  deepEqual(await pointers({ kind: 'webhook', url: outside.url, secret: 'whsec_c2hvcnQ=' }), ['#/secret'])
  deepEqual(await pointers({ kind: 'carrier_pigeon' }), ['#/kind'])
  const quiet = { from: '25:00', to: '07:00', days: [1], lets_through: null }
  deepEqual(await pointers({ kind: 'email', address: 'maria@acme.example', quiet }), ['#/quiet/from'])
})

test('[W5] 55: 51: an address inside, and one that only looks like Slack’s, are refused', async () => {
  for (const [kind, url] of [
    ['webhook', 'http://169.254.169.254/latest'],
    ['webhook', 'http://10.0.0.7/'],
    ['webhook', 'file:///etc/passwd'],
    ['webhook', 'https://user:password@a.example/'],
    ['slack_webhook', 'http://169.254.169.254/?x=hooks.slack.com'],
    ['slack_webhook', `http://127.0.0.1:${outside.port + 1}/hooks.slack.com`],
  ] as const) {
    const reply = await tenant.ask('POST', '/notification-channels', { kind, name: 'x', url }, 422)
    deepEqual(
      reply.json().errors.map(({ pointer }: { pointer: string }) => pointer),
      ['#/url'],
      url,
    )
  }
})

test('[A3] [P7] changing keeps what is left out, and removing erases the secret; both are written down', async () => {
  const made = await tenant.channel({ kind: 'slack_bot', name: 'Ops', token: botToken, channel: 'C024BE91L' })
  const path = `/notification-channels/${made.id}`
  const changed = (
    await tenant.ask('PATCH', path, { name: 'Night', channel: 'C0OTHER000', enabled: false }, 200)
  ).json()
  deepEqual(
    [changed.name, changed.target, changed.secret_hint, changed.enabled],
    ['Night', 'C0OTHER000', '…oken', false],
  )
  await tenant.ask('PATCH', path, { token: `${botToken}2` }, 200)
  await tenant.ask('PATCH', path, { url: outside.url }, 422)
  await tenant.ask('POST', `${path}/test`, {}, 200)
  equal(outside.to('/slack/auth.test').at(-1)!.headers.authorization, `Bearer ${botToken}2`)
  await tenant.ask('DELETE', path, undefined, 204)
  await tenant.ask('DELETE', path, undefined, 404)
  await tenant.ask('PATCH', path, { name: 'x' }, 404)
  await tenant.ask('POST', `${path}/test`, {}, 404)
  const [row] = await sql('select secret, secret_hint, removed_at from alert_notification_channels where id = $1', [
    made.id,
  ])
  deepEqual([row!.secret, row!.secret_hint], [null, null])
  const entries = await sql(`select action, delta from audit_events where subject = $1 order by seq`, [
    `notification_channel:${made.id}`,
  ])
  deepEqual(
    entries.map(({ action }) => action),
    [
      'notifications.channel-created',
      'notifications.channel-changed',
      'notifications.channel-changed',
      'notifications.channel-tested',
      'notifications.channel-removed',
    ],
  )
  const { before, after } = entries[1]!.delta as { before: object; after: object }
  deepEqual(
    [before, after].map((side) => (side as { name: string }).name),
    ['Ops', 'Night'],
  )
  deepEqual((entries[2]!.delta as { after: { secret: string } }).after.secret, 'changed')
})
