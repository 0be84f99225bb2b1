/** Two API processes' worth of product on one database: what is taken away in one is gone in the other within a second. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { monotonicMs, sleep } from '#kernel/clock/index.ts'
import { anotherProcess, testApp } from '#test/support/app.ts'
import { githubWebhook } from '#test/support/webhooks.ts'
import { type Headers, makeBench, within } from './test-bench.ts'

const app = await testApp()
const { post, patch, remove, get } = makeBench(app)
const other = await anotherProcess(app)
const processes = [app.http, other]
const platform = await app.person({ platformRole: 'platform_admin' })

/** A tenant with a person, a key and a connection. */
async function inhabited() {
  const tenant = await app.tenant()
  const person = await app.person({ tenantId: tenant.tenantId })
  const key = await app.key({ tenantId: tenant.tenantId })
  const connection = (await post('/connections', key, { source: 'github', name: 'x' })).body
  const hook = () =>
    githubWebhook('ping', { zen: 'x', n: Math.random() }, { connection: connection.id, secret: connection.secret })
  return { id: tenant.tenantId, person, key, hook }
}

/** Milliseconds after `change` at which the last request of about fifty a second still succeeded, over both processes. */
async function lastSuccess(headers: Headers, change: () => Promise<void>): Promise<number> {
  let [last, changed, running] = [0, Number.POSITIVE_INFINITY, true]
  const clients = processes.map(async (http) => {
    while (running) {
      const reply = await http.inject({ url: '/api/v1/members', headers })
      if (reply.statusCode === 200) last = monotonicMs()
      await sleep(40)
    }
  })
  await sleep(100)
  assert.ok(last > 0, 'requests succeed before')
  await change()
  changed = monotonicMs()
  await sleep(1500)
  running = false
  await Promise.all(clients)
  return last - changed
}

test('[P4] F19: a suspended tenant’s keys and sessions stop in every process within a second, and resume', async () => {
  const { id, person, key, hook } = await inhabited()
  for (const http of processes) assert.equal((await http.inject(hook())).statusCode, 202)
  const suspend = async () =>
    assert.equal((await patch(`/tenants/${id}`, platform.headers, { status: 'suspended' })).status, 200)
  assert.ok((await lastSuccess(key, suspend)) <= 1000)
  for (const http of processes) {
    assert.equal((await http.inject({ url: '/api/v1/members', headers: key })).statusCode, 401)
    assert.equal((await http.inject({ url: '/api/v1/members', headers: person.headers })).statusCode, 403)
    assert.equal((await http.inject(hook())).statusCode, 404, 'nothing comes in')
  }
  assert.equal((await get('/session', person.headers)).body.tenant, null)
  assert.equal((await post('/auth/tenant', person.headers, { tenant_id: id })).status, 404)
  await patch(`/tenants/${id}`, platform.headers, { status: 'ready' })
  await within(2000, 'resumed', async () => {
    const replies = await Promise.all(processes.map((http) => http.inject({ url: '/api/v1/members', headers: key })))
    return replies.every(({ statusCode }) => statusCode === 200)
  })
  await within(2000, 'webhooks again', async () => (await other.inject(hook())).statusCode === 202)
})

test('[P4] F19: so do a removed tenant’s; its data stays and resuming brings it back', async () => {
  const { id, person, key } = await inhabited()
  await post('/invitations', key, { email: 'late@example.com', role: 'viewer' })
  await post('/streams', key, { id: 'kept', name: 'Kept' })
  const away = async () => assert.equal((await remove(`/tenants/${id}`, platform.headers)).status, 204)
  assert.ok((await lastSuccess(person.headers, away)) <= 1000)
  for (const http of processes)
    assert.equal((await http.inject({ url: '/api/v1/members', headers: key })).statusCode, 401)
  const [left] = await app.sql(
    'select count(*)::int as n from invitation where tenant_id = $1 and revoked_at is null',
    [id],
  )
  assert.equal(left!.n, 0, 'open invitations ended')
  assert.equal((await patch(`/tenants/${id}`, platform.headers, { status: 'suspended' })).status, 409)
  await patch(`/tenants/${id}`, platform.headers, { status: 'ready' })
  await within(2000, 'resumed', async () => (await get('/streams/kept', key)).status === 200)
})

test('[P4] F19: a lost role stops in every process within a second', async () => {
  const { id, person } = await inhabited()
  const one = await app.person({ tenantId: id, role: 'viewer' })
  const away = async () => assert.equal((await remove(`/members/${one.id}`, person.headers)).status, 204)
  assert.ok((await lastSuccess(one.headers, away)) <= 1000)
})
