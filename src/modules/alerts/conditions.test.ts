/** Every condition: raised by what really happened, bound by its setting, gone when mended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultTenantId } from '#kernel/context/index.ts'
import { drain, makeEngine } from '#kernel/work/index.ts'
import { testApp } from '#test/support/app.ts'
import { silentLog } from '#test/support/database.ts'
import { githubWebhook, jiraWebhook } from '#test/support/webhooks.ts'

const app = await testApp({ GITHUB_WEBHOOK_SECRET: '' })
const admin = await app.key()
type Alert = { condition: string; subject: string; severity: string; value: number; detail: string; visible_to: string }

const set = (name: string, value: unknown, tenantId = defaultTenantId) =>
  app.sql(
    `insert into setting (tenant_id, name, value) values ($1, $2, $3) on conflict (tenant_id, name) do update set value = excluded.value`,
    [tenantId, name, JSON.stringify(value)],
  )
await set('alerts.resolve_after_minutes', 0)

/** Open alerts of one condition after an evaluation. */
async function open(condition: string, headers = admin): Promise<Alert[]> {
  await app.composed.alerts.evaluate()
  const reply = (await app.http.inject({ url: '/api/v1/admin/system-alerts?limit=200', headers })).json() as {
    alerts: Alert[]
    conditions: { name: string; error: string | null }[]
  }
  assert.deepEqual(
    reply.conditions.filter(({ error }) => error !== null),
    [],
  )
  return reply.alerts.filter((alert) => alert.condition === condition)
}

/** A tenant with connections of its own. */
async function sender() {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  const connect = async (source: 'github' | 'jira') =>
    (
      await app.http.inject({ method: 'POST', url: '/api/v1/connections', headers: as, payload: { source, name: 'x' } })
    ).json() as { id: string; secret: string }
  const github = await connect('github')
  const jira = await connect('jira')
  return {
    ...tenant,
    as,
    github: (name: string, payload: object) =>
      app.http.inject(githubWebhook(name, payload, { connection: github.id, secret: github.secret })),
    jira: (payload: object) => app.http.inject(jiraWebhook(payload, { connection: jira.id, secret: jira.secret })),
    jiraUnsigned: () =>
      app.http.inject(jiraWebhook({ webhookEvent: 'x' }, { connection: jira.id, secret: 'not the secret of it' })),
  }
}
const age = (tenantId: string, minutes: number) =>
  app.sql(
    `update source_activity set last_event_at = last_event_at - $2 * interval '1 minute', hour = hour - $2 * interval '1 minute' where tenant_id = $1`,
    [tenantId, minutes],
  )

test('[A1] integration_stale_github and _jira: a source that sent and fell silent, only for its tenant, until it sends again', async () => {
  const one = await sender()
  const two = await sender()
  await one.github('ping', { zen: 'x' })
  await one.jira({ webhookEvent: 'jira:issue_created' })
  await two.github('ping', { zen: 'x' })
  await app.settle()
  assert.deepEqual(await open('integration_stale_github', one.as), [])
  await age(one.tenantId, 121)
  const [stale] = await open('integration_stale_github', one.as)
  assert.deepEqual([stale!.severity, stale!.subject, stale!.visible_to], ['MEDIUM', 'github', 'tenant'])
  assert.match(stale!.detail, /2 hours ago/)
  assert.equal((await open('integration_stale_jira', one.as)).length, 1)
  assert.deepEqual(await open('integration_stale_github', two.as), [])
  assert.deepEqual(await open('integration_stale_jira', two.as), [], 'never sent: not stale')
  await set('intake.stale_after_minutes', 180, one.tenantId)
  assert.deepEqual(await open('integration_stale_jira', one.as), [])
  await set('intake.stale_after_minutes', 60, one.tenantId)
  assert.equal((await open('integration_stale_jira', one.as)).length, 1)
  await one.jira({ webhookEvent: 'jira:issue_created', n: 2 })
  assert.deepEqual(await open('integration_stale_jira', one.as), [], 'received, although no worker has taken it yet')
  await app.settle()
})

test('[A1] [Q2] event_queue_depth_high: at 1,000 pending events, HIGH, for those who run the installation', async () => {
  const one = await sender()
  await set('intake.queue_depth_high', 4)
  for (let n = 0; n < 3; n++) await one.github('ping', { n })
  assert.deepEqual(await open('event_queue_depth_high'), [])
  await one.github('ping', { n: 3 })
  const [deep] = await open('event_queue_depth_high')
  assert.deepEqual([deep!.severity, deep!.value, deep!.visible_to], ['HIGH', 4, 'platform'])
  assert.deepEqual(await open('event_queue_depth_high', one.as), [])
  await app.sql(`delete from setting where name = 'intake.queue_depth_high'`)
  assert.deepEqual(await open('event_queue_depth_high'), [], 'the default is 1,000')
  await app.sql(
    `insert into event_queue (tenant_id, event_source, event_type, delivery_id, content_type, segment_id, payload_offset, payload_length)
    select $1, 'github', 'ping', 'bulk-' || n, 'application/json', gen_random_uuid(), 0, 0 from generate_series(1, 996) n`,
    [one.tenantId],
  )
  assert.equal((await open('event_queue_depth_high'))[0]!.value, 1000)
  await app.sql(`delete from event_queue where delivery_id like 'bulk-%'`)
  await app.settle()
  assert.deepEqual(await open('event_queue_depth_high'), [])
})

test('[A1] dead_letters_high: more than the setting of one work, for its tenant, gone when they are requeued and processed', async () => {
  const one = await sender()
  await set('operations.dead_letters_high', 2, one.tenantId)
  for (let n = 0; n < 3; n++) await one.github('push', '{not json' as never)
  await app.settle()
  const [dead] = await open('dead_letters_high', one.as)
  assert.deepEqual([dead!.subject, dead!.value, dead!.severity], ['event_queue', 3, 'HIGH'])
  assert.deepEqual(await open('dead_letters_high'), [])
  await app.sql(`update event_queue set status = 'completed' where tenant_id = $1 and status = 'dead_lettered'`, [
    one.tenantId,
  ])
  assert.deepEqual(await open('dead_letters_high', one.as), [])
})

test('[A1] signature_failure_burst: wrong signatures of one source, counted for whose address it is', async () => {
  const one = await sender()
  await set('intake.signature_failures_high', 3, one.tenantId)
  const refuse = async (times: number) => {
    for (let n = 0; n < times; n++) assert.equal((await one.jiraUnsigned()).statusCode, 401)
    await app.composed.intake.flushRefusals()
  }
  await refuse(2)
  assert.deepEqual(await open('signature_failure_burst', one.as), [])
  await refuse(1)
  const [burst] = await open('signature_failure_burst', one.as)
  assert.deepEqual([burst!.subject, burst!.value], ['jira', 3])
  assert.deepEqual(await open('signature_failure_burst'), [])
  await app.sql(`update signature_failure set minute = minute - interval '11 minutes'`)
  assert.deepEqual(await open('signature_failure_burst', one.as), [])
  // A source without a secret is refused as well; the bare address is the default tenant's.
  await set('intake.signature_failures_high', 1)
  assert.equal((await app.http.inject(githubWebhook('ping', {}))).json().type, '/problems/intake/no-secret')
  await app.http.inject(githubWebhook('ping', {}, { connection: '00000000-0000-4000-8000-000000000000' }))
  await app.composed.intake.flushRefusals()
  const [bare] = await open('signature_failure_burst')
  assert.match(bare!.detail, /^1 requests of github .* because the source has no secret\.$/)
})

test('[A1] queue_active_high: more rows held than the setting for ten minutes', async () => {
  const one = await sender()
  await set('operations.queue_active_high', 2)
  for (let n = 0; n < 3; n++) await one.github('ping', { n })
  await app.sql(
    `update event_queue set status = 'processing', lease_owner = '00000000-0000-7000-8000-0000000000aa' where status = 'pending'`,
  )
  await app.sql(`insert into work_claim (tenant_id, id, work, row_ids, lease_until) select tenant_id, lease_owner, 'event_queue', array_agg(id),
    app.now() + interval '1 hour' from event_queue where status = 'processing' group by 1, 2`)
  assert.deepEqual(await open('queue_active_high'), [])
  await app.sql(
    `update alert_pending set found_since = found_since - interval '11 minutes' where condition = 'queue_active_high'`,
  )
  const [active] = await open('queue_active_high')
  assert.deepEqual([active!.subject, active!.value], ['event_queue', 3])
  await app.sql(`update work_claim set lease_until = app.now() - interval '1 second'`)
  await app.settle()
  assert.deepEqual(await open('queue_active_high'), [])
})

test('[A1] work_stuck: due work that nobody takes, schedules included', async () => {
  const one = await sender()
  await one.github('ping', { n: 'stuck' })
  await app.sql(`update event_queue set due_at = due_at - interval '6 minutes' where status = 'pending'`)
  const waited = () => app.sql(`update alert_pending set found_since = found_since - interval '2 minutes'`)
  assert.deepEqual(await open('work_stuck'), [], 'one look could fall between two claims')
  await waited()
  const [stuck] = await open('work_stuck')
  assert.deepEqual([stuck!.severity, stuck!.subject], ['CRITICAL', 'event_queue'])
  await app.settle()
  assert.deepEqual(await open('work_stuck'), [])
  await app.composed.operations.ensureSchedules()
  await app.sql(`update schedule set due_at = app.now() - interval '10 minutes'`)
  await open('work_stuck')
  await waited()
  assert.equal((await open('work_stuck'))[0]!.subject, 'schedule')
  await app.sql(`update schedule set due_at = app.now() + interval '1 hour'`)
  assert.deepEqual(await open('work_stuck'), [])
})

const requests = async (times: number, status: number) => {
  for (let n = 0; n < times; n++)
    assert.equal((await app.http.inject({ url: '/api/v1/streams', headers: admin })).statusCode, status)
  await app.composed.operations.requests.flush()
}
/** Forgets all requests counted so far, those still in memory included. */
async function freshRequests() {
  await app.composed.operations.requests.flush()
  await app.sql('delete from request_minute')
}
const earlier = (minutes: number) =>
  app.sql(`update request_minute set minute = minute - $1 * interval '1 minute'`, [minutes])

test('[A1] request_latency_high: the 95th percentile over the setting in each of the last minutes', async () => {
  await freshRequests()
  await set('operations.alert_min_requests', 6)
  await set('operations.request_p95_high_ms', 600_000)
  for (let minute = 0; minute < 3; minute++) {
    await requests(3, 200)
    await earlier(1)
  }
  assert.deepEqual(await open('request_latency_high'), [])
  await set('operations.request_p95_high_ms', 0)
  const [slow] = await open('request_latency_high')
  assert.equal(slow!.severity, 'HIGH')
  assert.ok(slow!.value > 0)
  await app.sql(`update request_minute set minute = minute - interval '20 minutes'`)
  assert.deepEqual(await open('request_latency_high'), [])
})

test('[A1] error_ratio_high: requests of one tenant answered with 5xx', async () => {
  await freshRequests()
  await requests(19, 200)
  await app.sql('alter table stream rename to stream_away')
  await requests(1, 500)
  await app.sql('alter table stream_away rename to stream')
  assert.deepEqual(await open('error_ratio_high'), [], 'exactly 5 % is not more')
  await app.sql('alter table stream rename to stream_away')
  await requests(1, 500)
  await app.sql('alter table stream_away rename to stream')
  const [failing] = await open('error_ratio_high')
  assert.equal(failing!.subject, 'default')
  assert.match(failing!.detail, /^2 of 2\d requests/)
  await earlier(11)
  assert.deepEqual(await open('error_ratio_high'), [])
})

test('[A1] request minutes of several processes add up, and old ones are forgotten', async () => {
  await freshRequests()
  await requests(2, 200)
  await requests(3, 200)
  const rows = await app.sql('select tenant_id, requests, latency from request_minute where tenant_id is not null')
  // The flush may fall on both sides of a minute's end.
  assert.equal(
    rows.reduce((sum, row) => sum + Number(row.requests), 0),
    5,
  )
  assert.equal(
    rows.flatMap((row) => row.latency as number[]).reduce((sum, count) => sum + count, 0),
    5,
  )
  await earlier(60 * 24 * 8)
  await requests(1, 200)
  assert.equal((await app.sql(`select 1 from request_minute where minute < app.now() - interval '7 days'`)).length, 0)
})

test('[A1] deployment_traceability_low: production deployments without a ticket, by day of the tenant', async () => {
  const one = await sender()
  const repository = { full_name: 'acme/traced', default_branch: 'main' }
  const at = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
  let before = '0'.repeat(40)
  const ship = async (n: number, message: string) => {
    const sha = n.toString(16).padStart(40, 'a')
    const commits = [{ id: sha, timestamp: at(30 - n), message }]
    await one.github('push', { ref: 'refs/heads/main', before, after: sha, repository, commits })
    before = sha
    const deployment = { id: n, sha, ref: 'main', environment: 'production', created_at: at(29 - n), payload: {} }
    const status = { state: 'success', created_at: at(29 - n), environment: 'production' }
    await one.github('deployment_status', { action: 'created', deployment, deployment_status: status, repository })
  }
  for (let n = 1; n <= 5; n++) await ship(n, n === 2 ? 'SHOP-1 with a ticket' : 'without one')
  await app.settle()
  const [low] = await open('deployment_traceability_low', one.as)
  assert.equal(low!.severity, 'LOW')
  assert.ok(low!.value < 80, low!.detail)
  await set('delivery.traceability_low_percent', 1, one.tenantId)
  assert.deepEqual(await open('deployment_traceability_low', one.as), [])
  await set('delivery.traceability_low_percent', 80, one.tenantId)
  await set('delivery.traceability_min_deployments', 6, one.tenantId)
  assert.deepEqual(await open('deployment_traceability_low', one.as), [], 'too few to say anything')
  for (let n = 6; n <= 25; n++) await ship(n, `SHOP-${n} with a ticket`)
  await app.settle()
  assert.deepEqual(await open('deployment_traceability_low', one.as), [], 'mended')
})

test('[A1] [D10] work_item_aging: more old items in progress than the setting, beside a history that says what is old', async () => {
  const one = await sender()
  const day = 86_400_000
  const move = (key: string, change: number, category: string, daysAgo: number) => {
    const at = Date.now() - daysAgo * day
    const fields = {
      project: { key: 'SHOP' },
      issuetype: { name: 'Story' },
      created: new Date(Date.now() - 40 * day).toISOString(),
      status: { name: category, statusCategory: { key: category } },
    }
    const changelog = { id: String(change), items: [{ field: 'status', fromString: 'x', toString: category }] }
    return one.jira({ webhookEvent: 'jira:issue_updated', timestamp: at, issue: { key, fields }, changelog })
  }
  // Three calendar days each; six that are eleven days old, and one that is as old as usual.
  const finish = async (n: number) => {
    await move(`SHOP-${n}`, 2 * n, 'indeterminate', 12)
    await move(`SHOP-${n}`, 2 * n + 1, 'done', 10)
  }
  for (let n = 1; n <= 19; n++) await finish(n)
  for (let n = 101; n <= 106; n++) await move(`SHOP-${n}`, n, 'indeterminate', 10)
  await move('SHOP-107', 107, 'indeterminate', 2)
  await app.settle()
  assert.deepEqual(await open('work_item_aging', one.as), [], 'too little history')
  await finish(20)
  await app.settle()
  const [aging] = await open('work_item_aging', one.as)
  assert.deepEqual([aging!.severity, aging!.value, aging!.visible_to], ['LOW', 6, 'tenant'], aging!.detail)
  assert.match(aging!.detail, /older than 3 days.* 20 items .*the oldest is 11 days old/)
  await set('delivery.aging_items', 6, one.tenantId)
  assert.deepEqual(await open('work_item_aging', one.as), [])
  await set('delivery.aging_items', 5, one.tenantId)
  assert.equal((await open('work_item_aging', one.as)).length, 1)
  await move('SHOP-101', 500, 'done', 0)
  await app.settle()
  assert.deepEqual(await open('work_item_aging', one.as), [], 'mended')
})

test('[A1] database and disk: connections, free space, growth of log and data', async () => {
  const cases: [string, string, unknown][] = [
    ['disk_space_low', 'operations.disk_free_low_percent', 100],
    ['wal_growth_high', 'operations.wal_high_bytes', 1],
    ['database_growth_high', 'operations.database_growth_high_bytes', 1],
    ['database_connections_high', 'operations.connections_high_percent', 0],
  ]
  await open('disk_space_low')
  await app.sql(
    `update database_sample set sampled_at = sampled_at - interval '30 minutes', wal_bytes = wal_bytes - 100, database_bytes = database_bytes - 100`,
  )
  for (const [condition, setting, value] of cases) {
    assert.deepEqual(await open(condition), [], condition)
    await set(setting, value)
    await open(condition)
    await app.sql(`update alert_pending set found_since = found_since - interval '2 minutes'`)
    const found = await open(condition)
    if (condition !== 'disk_space_low') assert.equal(found.length, 1, condition)
    await app.sql('delete from setting where name = $1', [setting])
    assert.deepEqual(await open(condition), [], condition)
  }
})

test('[A1] schema_drift: an edited migration at once, one of another version only when it stays', async () => {
  assert.deepEqual(await open('schema_drift'), [])
  const [first] = await app.sql('select name, digest from migration order by name limit 1')
  await app.sql(`update migration set digest = 'edited' where name = $1`, [first!.name])
  const [drift] = await open('schema_drift')
  assert.deepEqual([drift!.severity, drift!.subject], ['HIGH', first!.name])
  await app.sql('update migration set digest = $2 where name = $1', [first!.name, first!.digest])
  await app.sql(`insert into migration (name, digest, batch) values ('209901010000_of_the_future', 'x', 99)`)
  assert.deepEqual(await open('schema_drift'), [], 'a roll-out')
  await app.sql(
    `update alert_pending set found_since = found_since - interval '61 minutes' where condition = 'schema_drift'`,
  )
  assert.equal((await open('schema_drift'))[0]!.severity, 'LOW')
  await app.sql(`delete from migration where batch = 99`)
  assert.deepEqual(await open('schema_drift'), [])
})

test('[A1] rate_limit_spike: requests of one tenant refused with 429', async () => {
  await app.sql(
    `insert into request_minute (minute, tenant_id, requests, errors, limited, latency)
    select date_trunc('minute', app.now()), $1, 300, 0, 201, array_fill(0, array[16])
    on conflict (minute, tenant_id) do update set limited = 201`,
    [defaultTenantId],
  )
  assert.equal((await open('rate_limit_spike'))[0]!.value, 201)
  await earlier(6)
  assert.deepEqual(await open('rate_limit_spike'), [])
})

test('[A1] the evaluation is cheap: it holds no claim and ends while work goes on', async () => {
  const queue = app.composed.work.find(({ name }) => name === 'event_queue')!
  const one = await sender()
  await one.github('ping', { n: 1 })
  const [, round] = await Promise.all([
    app.composed.alerts.evaluate(),
    drain(makeEngine(queue, app.database, silentLog)),
  ])
  assert.equal(round.completed, 1)
})
