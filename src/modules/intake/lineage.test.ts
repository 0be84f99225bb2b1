import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { githubWebhook, jiraWebhook } from '#test/support/webhooks.ts'

const app = await testApp()
const sha = (n: number) => n.toString(16).padStart(40, '0')
const at = (day: number, hour: number) => new Date(Date.UTC(2026, 9, day, hour)).toISOString()

/**
 * A tenant that ships twice: the first deployment with a pull request's commit, the second, two days later, with one of its
 * own and an incident. Its time zone is behind, so that late hours belong to the day before.
 */
const ctx = await app.tenant('America/New_York')
const headers = await app.key({ tenantId: ctx.tenantId })
async function post(url: string, payload: object) {
  const reply = await app.http.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload })
  assert.ok(reply.statusCode < 300, reply.body)
  return reply.json()
}
async function get(url: string, as = headers) {
  const reply = await app.http.inject({ url: `/api/v1${url}`, headers: as })
  assert.equal(reply.statusCode, 200, reply.body)
  return reply.json()
}
const repository = { full_name: 'acme/shop', default_branch: 'main' }
await post('/streams', { id: 'shop', name: 'Shop', sources: [{ kind: 'repository', value: 'acme/shop' }] })
await post('/streams', { id: 'tickets', name: 'Tickets', sources: [{ kind: 'jira_project', value: 'PAY' }] })
await post('/streams', { id: 'other', name: 'Other', sources: [{ kind: 'repository', value: 'acme/other' }] })
const github = await post('/connections', { source: 'github', name: 'a connection' })
const jira = await post('/connections', { source: 'jira', name: 'a connection' })

const push = (delivery: string, before: string, after: string, timestamp: string, message: string) =>
  send('push', delivery, {
    ref: 'refs/heads/main',
    before,
    after,
    repository,
    commits: [{ id: after, timestamp, message }],
  })
const deploy = (delivery: string, id: number, commit: string, finished: string, environment = 'production') =>
  send('deployment_status', delivery, {
    action: 'created',
    deployment: { id, sha: commit, ref: 'main', environment, created_at: finished, payload: {} },
    deployment_status: { state: 'success', created_at: finished, environment },
    repository,
  })
async function send(event: string, delivery: string, payload: object) {
  const request = githubWebhook(event, payload, { delivery, connection: github.id, secret: github.secret })
  assert.equal((await app.http.inject(request)).statusCode, 202)
}
await push('push-1', sha(0), sha(1), at(5, 9), 'PAY-1 do (#3)')
await send('pull_request', 'pull', {
  action: 'closed',
  number: 3,
  pull_request: {
    number: 3,
    title: 'PAY-1 do',
    body: '',
    head: { ref: 'pay-1', sha: sha(1) },
    base: { ref: 'main' },
    user: { login: 'someone' },
    labels: [],
    created_at: at(5, 8),
    updated_at: at(5, 9),
    merged: true,
    merged_at: at(5, 9),
    closed_at: at(5, 9),
    merge_commit_sha: sha(1),
  },
  repository,
})
// 02:00 UTC is still the evening of the 5th in New York.
await deploy('deploy-1', 1, sha(1), at(6, 2))
await push('push-2', sha(1), sha(2), at(7, 9), 'more')
await deploy('deploy-2', 2, sha(2), at(8, 15))
await deploy('to-staging', 3, sha(2), at(7, 15), 'staging')
await send('issues', 'incident', {
  action: 'opened',
  issue: {
    number: 9,
    title: 'down',
    body: `root cause: ${sha(2)}`,
    user: { login: 'someone' },
    labels: [{ name: 'incident' }],
    state: 'open',
    created_at: at(9, 15),
    updated_at: at(9, 15),
    closed_at: null,
  },
  repository,
})
await app.http.inject(
  jiraWebhook(
    {
      webhookEvent: 'jira:issue_created',
      timestamp: Date.parse(at(5, 7)),
      issue: {
        id: '1',
        key: 'PAY-1',
        fields: {
          project: { key: 'PAY' },
          issuetype: { name: 'Story' },
          created: at(5, 7),
          status: { name: 'To Do', statusCategory: { key: 'new' } },
        },
      },
    },
    { delivery: 'ticket', connection: jira.id, secret: jira.secret },
  ),
)
await send('ping', 'ping', { zen: 'x' })
await app.settle()
await app.composed.schedules.find(({ name }) => name === 'scheduler:enrich-pr-delivery-streams')!.run()
await app.settle()

const event = async (delivery: string) => {
  const [row] = await app.sql('select id from event_queue where tenant_id = $1 and delivery_id = $2', [
    ctx.tenantId,
    delivery,
  ])
  return get(`/events/${row!.id}`)
}
const daysOf = async (delivery: string) =>
  (await event(delivery)).days.map(({ stream, day }: { stream: string; day: string }) => `${day} ${stream}`)

test('[Q5] an event says which facts it caused and on which days of which streams they count', async () => {
  const firstDay = ['2026-10-05 all', '2026-10-05 shop', '2026-10-05 tickets']
  assert.deepEqual(await daysOf('deploy-1'), firstDay)
  assert.deepEqual(await daysOf('push-1'), firstDay, 'a commit counts where it was deployed first')
  assert.deepEqual(await daysOf('pull'), firstDay, 'and so does a pull request')
  assert.deepEqual(await daysOf('push-2'), ['2026-10-08 all', '2026-10-08 shop'])
  assert.deepEqual(await daysOf('deploy-2'), ['2026-10-08 all', '2026-10-08 shop'])
  assert.deepEqual(
    await daysOf('incident'),
    ['2026-10-08 all', '2026-10-08 shop', '2026-10-09 all', '2026-10-09 shop'],
    'an incident counts when it started, and on the day of the deployment it failed',
  )
  assert.deepEqual(await daysOf('to-staging'), [], 'what does not count is on no day')
  assert.deepEqual(await daysOf('ticket'), [])
  assert.deepEqual(await daysOf('ping'), [])
})

test('[Q5] every day an event names has a roll-up, and every roll-up is named by some event', async () => {
  const named = new Set<string>()
  for (const delivery of ['push-1', 'pull', 'deploy-1', 'push-2', 'deploy-2', 'incident'])
    for (const day of await daysOf(delivery)) named.add(day)
  const stored = await app.sql(
    `select day::text || ' ' || stream_id as pair from dora_daily where tenant_id = $1 order by 1`,
    [ctx.tenantId],
  )
  assert.deepEqual(
    [...named].sort(),
    stored.map(({ pair }) => pair),
  )
})

test('[Q5] back from a figure: a day’s deployments, and of each the events it came from', async () => {
  const { deployments } = await get('/deployments?stream=shop&from=2026-10-08&to=2026-10-08')
  assert.equal(deployments.length, 1)
  const { events } = await get(`/lineage?table=deployment_records&id=${deployments[0].id}`)
  assert.deepEqual(events, [(await event('deploy-2')).id])
})

test('[Q5] an event names the request and the connection it came by', async () => {
  const seen = await event('deploy-1')
  assert.equal(seen.connection_id, github.id)
  const [row] = await app.sql('select request_id from event_queue where id = $1', [seen.id])
  assert.equal(seen.request_id, row!.request_id)
  assert.ok(seen.request_id.length >= 8)
  assert.equal(seen.requeued_count, 0)
})

test('[Q5] a requeued event changes neither facts nor lineage', async () => {
  const before = await event('deploy-2')
  await app.sql(`update event_queue set status = 'pending' where id = $1`, [before.id])
  await app.settle()
  const after = await event('deploy-2')
  assert.deepEqual([after.facts, after.days, after.status], [before.facts, before.days, 'completed'])
  assert.equal(after.requeued_count, 1)
})

test('[Q5] days of another tenant’s equal facts are not told', async () => {
  const [row] = await app.sql(
    `select event_id as id from event_lineage where tenant_id = $1 and fact_table = 'deployment_records' limit 1`,
    [ctx.tenantId],
  )
  const other = await app.key({ tenantId: (await app.tenant()).tenantId })
  const reply = await app.http.inject({ url: `/api/v1/events/${row!.id}`, headers: other })
  assert.equal(reply.statusCode, 404)
})
