/** What people see and do: the list, the history, acknowledging, and who sees whose. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jiraWebhook } from '#test/support/webhooks.ts'
import {
  acknowledge,
  admin,
  app,
  evaluate,
  finding,
  findings,
  get,
  listed,
  minutesPass,
  type Reply,
  set,
  whats,
} from './test-bench.ts'

test('[A1] a person acknowledges with a note; it stays acknowledged until it resolves, and becomes raised again when it gets worse', async () => {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  findings.push(finding(tenant.tenantId))
  await evaluate()
  const { id } = (await listed('open', as))[0]!
  const reply = await acknowledge(id, { note: 'on it' }, as)
  assert.equal(reply.statusCode, 200, reply.body)
  assert.equal(reply.json().state, 'acknowledged')
  assert.equal(reply.json().acknowledged_by, 'test')
  assert.equal((await acknowledge(id, {}, as)).statusCode, 200, 'twice changes nothing')
  await evaluate()
  assert.equal((await listed('open', as))[0]!.state, 'acknowledged')
  const audited = await app.sql(`select action, delta from audit_events where tenant_id = $1 and subject = $2`, [
    tenant.tenantId,
    `alert:${id}`,
  ])
  assert.equal(audited.length, 1)
  assert.equal((audited[0]!.delta as { after: { note: string } }).after.note, 'on it')

  findings[0] = finding(tenant.tenantId, { severity: 'CRITICAL' })
  await evaluate()
  const [worse] = await listed('open', as)
  assert.deepEqual([worse!.state, worse!.severity, worse!.acknowledged_by], ['raised', 'CRITICAL', null])
  await acknowledge(id, {}, as)
  findings[0] = finding(tenant.tenantId)
  await evaluate()
  assert.deepEqual(
    (await listed('open', as)).map(({ state, severity }) => [state, severity]),
    [['acknowledged', 'MEDIUM']],
  )
  findings.length = 0
  await evaluate()
  await minutesPass(6)
  await evaluate()
  assert.deepEqual(await whats(id, as), [
    'resolved',
    'severity-changed',
    'acknowledged',
    'severity-changed',
    'acknowledged',
    'raised',
  ])
  const late = await acknowledge(id, {}, as)
  assert.equal(late.statusCode, 409)
  assert.equal(late.json().type, '/problems/alerts/already-resolved')
  assert.equal((await acknowledge(id, { nota: 'x' }, as)).statusCode, 422)
  const reader = await app.key({ tenantId: tenant.tenantId, scopes: ['admin:read'] })
  assert.equal((await acknowledge(id, {}, reader)).statusCode, 403)
  const said = await app.sql(
    `select payload ->> 'what' as what from domain_event where tenant_id = $1 and name = 'alerts.changed' order by id`,
    [tenant.tenantId],
  )
  assert.deepEqual(
    said.map(({ what }) => what),
    ['raised', 'acknowledged', 'severity-changed', 'acknowledged', 'severity-changed', 'resolved'],
  )
})

test('[A1] [P5] a tenant sees its own alerts, those who run the installation theirs', async () => {
  const mine = await app.tenant()
  const asMine = await app.key({ tenantId: mine.tenantId })
  findings.push(finding(mine.tenantId))
  await evaluate()
  findings.length = 0
  await evaluate({ name: 'of_the_installation', visibleTo: 'platform', evaluate: async () => [finding(null)] })
  const theirs = (await listed('open')).filter(({ condition: name }) => name === 'of_the_installation')
  assert.equal(theirs.length, 1)
  assert.equal(theirs[0]!.visible_to, 'platform')
  const seen = await listed('open', asMine)
  assert.deepEqual(
    seen.map(({ condition: name }) => name),
    ['of_the_test'],
  )
  assert.ok((await listed('open')).every(({ id }) => id !== seen[0]!.id))
  for (const url of [`/${theirs[0]!.id}`, '/00000000-0000-4000-8000-000000000000'])
    assert.equal((await get(url, asMine)).type, '/problems/not-found')
  assert.equal((await acknowledge(theirs[0]!.id, {}, asMine)).statusCode, 404)
  const names = ({ conditions }: Reply) => (conditions as Reply[]).map(({ name }) => name)
  assert.ok(names(await get('')).includes('event_queue_depth_high'))
  assert.ok(!names(await get('', asMine)).includes('event_queue_depth_high'))
  assert.ok(names(await get('', asMine)).includes('integration_stale_github'))
})

test('[A1] the list is paged, filtered and strict', async () => {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  for (const subject of ['a', 'b', 'c', 'd', 'e']) findings.push(finding(tenant.tenantId, { subject }))
  await evaluate()
  findings.length = 0
  const seen: unknown[] = []
  for (let cursor = ''; ; ) {
    const page = await get(`?limit=2${cursor}`, as)
    seen.push(...(page.alerts as Reply[]).map(({ subject }) => subject))
    if (page.next_cursor === null) break
    cursor = `&cursor=${page.next_cursor}`
  }
  assert.deepEqual(seen.sort(), ['a', 'b', 'c', 'd', 'e'])
  for (const query of ['?state=closed', '?limit=0', '?limit=x', '?cursor=1', '?colour=red'])
    assert.equal((await get(query, as)).status, 422, query)
})

test('[A1] runbook 1 §10: the curl works with a key, and every condition of the reference is there', async () => {
  const key = await app.key({ scopes: ['admin:read'] })
  await app.http.inject(jiraWebhook({ webhookEvent: 'jira:issue_created' }))
  const reply = await app.http.inject({ url: '/api/v1/admin/system-alerts', headers: key })
  assert.equal(reply.statusCode, 200, reply.body)
  const severity = Object.fromEntries(
    (reply.json().conditions as Reply[]).map(({ name, severity: level }) => [name, level]),
  )
  const reference = {
    deployment_traceability_low: 'LOW',
    integration_stale_jira: 'MEDIUM',
    integration_stale_github: 'MEDIUM',
    event_queue_depth_high: 'HIGH',
  }
  for (const [name, level] of Object.entries(reference)) assert.equal(severity[name], level, name)
  await set('alerts.resolve_after_minutes', 0)
  const { outcome } = (
    await app.http.inject({
      method: 'POST',
      url: '/api/v1/schedules/scheduler:evaluate-alerts/run',
      headers: admin,
    })
  ).json()
  assert.deepEqual(await app.sql('select name, error from alert_condition where error is not null'), [])
  assert.match(outcome, /^\d+ open, \d+ raised, \d+ resolved, 0 not evaluated$/)
})

test('[A1] every condition has its section in the runbook, with its severity, and the link of an alert leads there', async () => {
  const page = await app.http.inject({ url: '/docs/runbook' })
  assert.equal(page.statusCode, 200)
  assert.match(String(page.headers['content-type']), /^text\/html/)
  const conditions = (await get('')).conditions as { name: string; severity: string; runbook_url: string }[]
  assert.ok(conditions.length >= 16, `${conditions.length}`)
  for (const { name, severity, runbook_url: url } of conditions) {
    assert.equal(new URL(url).pathname, '/docs/runbook')
    assert.ok(page.body.includes(`<a id="${new URL(url).hash.slice(1)}"></a>\`${name}\` | ${severity}`), name)
  }
  assert.ok(!page.body.includes('<script'))
})
