/** How each source does, as runbook 1 §12 asks it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { githubWebhook, jiraWebhook } from '#test/support/webhooks.ts'

const app = await testApp()
type Source = {
  source: string
  status: string
  events_last_hour: number
  events_last_day: number
  expected_per_hour: number | null
  dead_letters_last_day: number
  signature_failures_last_day: number
  last_event_at: string | null
  detail: string
}

async function tenantWithSources() {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  const connect = async (source: 'github' | 'jira') =>
    (
      await app.http.inject({ method: 'POST', url: '/api/v1/connections', headers: as, payload: { source, name: 'x' } })
    ).json() as { id: string; secret: string }
  const github = await connect('github')
  const jira = await connect('jira')
  const reader = await app.key({ tenantId: tenant.tenantId, scopes: ['admin:read'] })
  return {
    ...tenant,
    github: (payload: unknown, event = 'ping') =>
      app.http.inject(githubWebhook(event, payload, { connection: github.id, secret: github.secret })),
    jira: (payload: unknown, secret = jira.secret) =>
      app.http.inject(jiraWebhook(payload, { connection: jira.id, secret })),
    async health() {
      const reply = await app.http.inject({ url: '/api/v1/admin/integration-health', headers: reader })
      assert.equal(reply.statusCode, 200, reply.body)
      const { status, sources } = reply.json() as { status: string; sources: Source[] }
      return { status, of: (name: string) => sources.find(({ source }) => source === name)!, sources }
    },
  }
}

test('[A2] runbook 1 §12: status "ok", every source "healthy" or "no_data"', async () => {
  const one = await tenantWithSources()
  const empty = await one.health()
  assert.equal(empty.status, 'ok')
  assert.deepEqual(
    empty.sources.map(({ source, status }) => [source, status]),
    [
      ['github', 'no_data'],
      ['jira', 'no_data'],
    ],
  )
  for (let n = 0; n < 3; n++) await one.github({ n })
  const waiting = await one.health()
  assert.deepEqual([waiting.of('github').status, waiting.of('github').events_last_hour], ['healthy', 3])
  await app.settle()
  const { status, of } = await one.health()
  assert.equal(status, 'ok')
  const { last_event_at: at, ...github } = of('github')
  assert.ok(at)
  assert.deepEqual(
    { ...github, detail: '' },
    {
      source: 'github',
      status: 'healthy',
      events_last_hour: 3,
      events_last_day: 3,
      expected_per_hour: null,
      dead_letters_last_day: 0,
      signature_failures_last_day: 0,
      gaps: null,
      detail: '',
    },
  )
  assert.equal(of('jira').status, 'no_data')
})

test('[A2] stale when the last event is older than the setting', async () => {
  const one = await tenantWithSources()
  await one.github({ n: 1 })
  await app.settle()
  await app.sql(
    `update source_activity set last_event_at = last_event_at - interval '3 hours', hour = hour - interval '3 hours' where tenant_id = $1`,
    [one.tenantId],
  )
  const { status, of } = await one.health()
  assert.equal(status, 'degraded')
  assert.equal(of('github').status, 'stale')
  assert.match(of('github').detail, /3 hours ago; it is stale after 2 hours/)
  assert.deepEqual([of('github').events_last_hour, of('github').events_last_day], [0, 1])
})

test('[A2] failing when events become dead letters, healthy again when they are mended', async () => {
  const one = await tenantWithSources()
  for (let n = 0; n < 3; n++) await one.github('{not json', 'push')
  for (let n = 0; n < 7; n++) await one.github({ n })
  await app.settle()
  const { status, of } = await one.health()
  assert.equal(status, 'degraded')
  assert.deepEqual(
    [of('github').status, of('github').dead_letters_last_day, of('github').events_last_day],
    ['failing', 3, 10],
  )
  await app.sql(`insert into setting (tenant_id, name, value) values ($1, 'intake.failing_percent', '50')`, [
    one.tenantId,
  ])
  assert.equal((await one.health()).of('github').status, 'healthy', 'three of ten are not half')
  await app.sql(`delete from setting where tenant_id = $1`, [one.tenantId])
  await app.sql(`update event_queue set status = 'completed' where tenant_id = $1 and status = 'dead_lettered'`, [
    one.tenantId,
  ])
  assert.equal((await one.health()).status, 'ok')
})

test('[A2] failing when signatures fail and nothing is accepted; a wrong one beside accepted ones is not', async () => {
  const one = await tenantWithSources()
  for (let n = 0; n < 20; n++) await one.jira({ webhookEvent: 'x' }, 'the secret of somebody else')
  await app.composed.intake.flushRefusals()
  const { status, of } = await one.health()
  assert.equal(status, 'degraded')
  assert.deepEqual([of('jira').status, of('jira').signature_failures_last_day], ['failing', 20])
  assert.match(of('jira').detail, /another secret/)
  await one.jira({ webhookEvent: 'jira:issue_created' })
  const mended = await one.health()
  assert.equal(mended.of('jira').status, 'healthy')
  assert.equal(mended.of('jira').signature_failures_last_day, 20)
  const other = await tenantWithSources()
  assert.equal((await other.health()).of('jira').signature_failures_last_day, 0)
})

test('[A2] the expected rate is the median of this hour of the last days, told once there are three', async () => {
  const one = await tenantWithSources()
  const days = (counts: number[]) =>
    app.sql(
      `insert into source_activity (tenant_id, source, hour, events, last_event_at)
      select $1, 'github', date_trunc('hour', app.now()) - (n * interval '24 hours'), c, date_trunc('hour', app.now()) - (n * interval '24 hours')
      from unnest($2::int[]) with ordinality as u(c, n) where c > 0`,
      [one.tenantId, counts],
    )
  await days([5, 5])
  assert.equal((await one.health()).of('github').expected_per_hour, null)
  await app.sql('delete from source_activity where tenant_id = $1', [one.tenantId])
  await days([4, 0, 10, 6, 8])
  assert.equal((await one.health()).of('github').expected_per_hour, 6)
})

test('[A2] every other source seen is listed; it may be silent for days before it is stale', async () => {
  const one = await tenantWithSources()
  const key = await app.key({ tenantId: one.tenantId, scopes: ['events:write'] })
  const payload = { external_id: '1', repository: 'acme/shop', environment: 'production' }
  const said = await app.http.inject({ method: 'POST', url: '/api/v1/deployments', headers: key, payload })
  assert.equal(said.statusCode, 202, said.body)
  await app.settle()
  const age = (hours: number) =>
    app.sql(
      `update source_activity set last_event_at = last_event_at - $2 * interval '1 hour', hour = hour - $2 * interval '1 hour' where tenant_id = $1`,
      [one.tenantId, hours],
    )
  assert.equal((await one.health()).of('api').status, 'healthy')
  await age(30)
  assert.equal((await one.health()).status, 'ok')
  await age(24 * 7)
  const { status, of } = await one.health()
  assert.deepEqual([status, of('api').status, of('api').events_last_day], ['degraded', 'stale', 0])
})

test('[A2] it needs the scope admin:read', async () => {
  const url = '/api/v1/admin/integration-health'
  assert.equal((await app.http.inject({ url })).statusCode, 401)
  const other = await app.key({ scopes: ['metrics:read'] })
  assert.equal((await app.http.inject({ url, headers: other })).statusCode, 403)
})
