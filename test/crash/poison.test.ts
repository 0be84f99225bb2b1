/** Events that cannot be digested, and handlers that kill their process, loop for ever or never end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withClient } from '#kernel/database/index.ts'
import type { Member } from '../support/product.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { eventOf, type Outgoing } from './events.ts'
import { seconds, tell } from './figures.ts'
import { countExactly, expireLeases, type Ground, kill, makeGround, settled, skipWaits } from './ground.ts'
import { sendAll } from './senders.ts'

const { events, tenants, stuckMs, timeLimitMs, waitForLease } = countsOf('poison')
const timeout = 1_200_000
const perTenant = Math.ceil(events / tenants)
const all = (trouble: (index: number) => string | undefined): Outgoing[] =>
  Array.from({ length: perTenant * tenants }, (_, index) => {
    const id = trouble(index)
    return eventOf(index % tenants, Math.floor(index / tenants), id && `${id}-${index}`)
  })

/** The runbook's line, as the operator runs it. */
const requeueByHand = (ground: Ground) =>
  withClient(ground.app.operatorUrl, async (client) => {
    const done = await client.query(
      `UPDATE event_queue SET status = 'pending', attempt_count = 0 WHERE status = 'dead_lettered'`,
    )
    return done.rowCount
  })

test('[Q2] [Q4] one poison event in a hundred: exactly those become dead letters, after three attempts', {
  timeout,
}, async () => {
  const ground = await makeGround(tenants)
  const { sql } = ground
  await ground.startApi().ready
  const workers = [1, 2].map(() => ground.startWorker({ trouble: true }))
  await Promise.all(workers.map(({ ready }) => ready))
  const poisonEach = 100
  const poison = Math.ceil((perTenant * tenants) / poisonEach)
  const batch = all((index) => (index % poisonEach === 0 ? 'poison' : undefined))
  const { acked } = await sendAll({ port: ground.port, senders: 8, addresses: ground.addresses, events: batch })
  await until(
    'the end of all work',
    async () => {
      await skipWaits(ground)
      return settled(ground)
    },
    full ? 300_000 : 60_000,
  )
  const dead =
    await sql(`select count(*)::int as n, bool_and(delivery_id like 'poison-%') as poison, min(attempt_count) as least,
      max(attempt_count) as most, min(error_class) as "class", min(last_error) as error
    from event_queue where status = 'dead_lettered'`)
  assert.deepEqual(dead, [
    { n: poison, poison: true, least: 3, most: 3, class: 'Error', error: 'this event cannot be digested' },
  ])
  const [others] = await sql(`select count(*)::int as n from event_queue where status = 'completed'`)
  assert.equal(others!.n, batch.length - poison)
  const [left] = await sql(`select count(*)::int as n from crash_effect c join event_queue e on e.id = c.event_id
    where e.status = 'dead_lettered'`)
  assert.equal(left!.n, 0, 'a failed attempt leaves nothing behind')

  // The cause is mended: the workers of the next release digest them.
  for (const worker of workers) {
    worker.process.kill('SIGTERM')
    await worker.exited
  }
  await ground.startWorker().ready
  assert.equal(await requeueByHand(ground), poison)
  assert.equal(await requeueByHand(ground), 0, 'a second time finds none')
  await until('the end of what was requeued', () => settled(ground), 60_000)
  const [audited] = await sql(`select count(*)::int as n from audit_events where action = 'update.event_queue'`)
  assert.equal(audited!.n, poison, 'each requeued event is audited')
  const { lost, duplicates } = await countExactly(ground, { tenants, perTenant, acked })
  await tell(sql, 'poison', {
    events: acked.size,
    poison,
    'dead letters': poison,
    'completed after the mend': poison,
    lost,
    'duplicate effects': duplicates,
  })
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  await ground.product.stopAll()
})

/** Two workers under a supervisor as `daytwo up` is one: who ends is started again, who gives no sign of life is killed. */
function supervise(ground: Ground, start: () => Member) {
  const members: Member[] = [start(), start()]
  let on = true
  let replaced = 0
  const watching = (async () => {
    while (on) {
      for (const [index, member] of members.entries()) {
        const stuck = performance.now() - member.beatAt() > stuckMs
        if (member.alive() && !stuck) continue
        if (member.alive()) await kill(ground, member)
        if (!waitForLease) await expireLeases(ground, 0.5)
        replaced++
        members[index] = start()
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  return {
    ready: () => Promise.all(members.map(({ ready }) => ready)),
    async stop() {
      on = false
      await watching
      return replaced
    },
  }
}

test('[Q2] [Q4] handlers that kill, loop or never end become dead letters and hold no other tenant up', {
  timeout,
}, async () => {
  const ground = await makeGround(tenants)
  const { sql } = ground
  await ground.startApi().ready
  const supervisor = supervise(ground, () => ground.startWorker({ trouble: true, timeLimitMs }))
  await supervisor.ready()
  const troubles = ['kill', 'loop', 'never']
  // All of it comes from the first tenant, in the middle of everybody's events.
  const at = (index: number) => troubles.findIndex((_, n) => index === (10 + n) * tenants)
  const { acked } = await sendAll({
    port: ground.port,
    senders: 8,
    addresses: ground.addresses,
    events: all((index) => troubles[at(index)]),
  })
  await until(
    'the end of all work',
    async () => {
      await skipWaits(ground)
      return settled(ground)
    },
    full ? 600_000 : 90_000,
  )
  const replaced = await supervisor.stop()
  const dead = await sql(
    `select delivery_id, attempt_count, error_class from event_queue where status = 'dead_lettered' order by 1`,
  )
  assert.deepEqual(
    dead.map(({ delivery_id, attempt_count }) => [String(delivery_id).split('-')[0], attempt_count]),
    troubles.map((trouble) => [trouble, 3]),
  )
  // The one that never ends holds its tenant's locks until its time is over; the last attempt of another may have ended waiting there.
  const reasons = dead.map(({ error_class }) => String(error_class))
  assert.equal(reasons[2], 'timeout')
  for (const reason of reasons.slice(0, 2)) assert.match(reason, /^(crash|timeout)$/)
  const [others] =
    await sql(`select max(finished_at) < (select max(finished_at) from event_queue where status = 'dead_lettered') as before,
      extract(epoch from max(finished_at - enqueued_at))::float8 as seconds
    from event_queue where status = 'completed' and tenant_id <> '${ground.tenantIds[0]}'`)
  assert.equal(others!.before, true, 'the others’ events were done while the bad ones were still tried')

  await ground.product.stopAll()
  await ground.startApi().ready
  await ground.startWorker().ready
  const headers = await ground.app.key({ tenantId: ground.tenantIds[0]! })
  const requeue = async () => {
    const reply = await ground.app.http.inject({
      method: 'POST',
      url: '/api/v1/work/event_queue/requeue',
      headers,
      payload: { all: true },
    })
    assert.equal(reply.statusCode, 200, reply.body)
    return reply.json().requeued
  }
  assert.equal(await requeue(), troubles.length)
  await until('the end of what was requeued', () => settled(ground), 60_000)
  assert.equal(await requeue(), 0, 'a second time finds none')
  const { lost, duplicates } = await countExactly(ground, { tenants, perTenant, acked })
  await tell(sql, 'stuck', {
    events: acked.size,
    'dead letters': dead.length,
    'workers replaced': replaced,
    lost,
    'duplicate effects': duplicates,
    ...(full ? { 'slowest event of another tenant': seconds(Number(others!.seconds) * 1000) } : {}),
  })
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  await ground.product.stopAll()
})
