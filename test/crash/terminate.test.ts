/** SIGTERM while events come in: nobody who was let in goes without an answer, no attempt is spent, and the end comes soon. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { withClient } from '#kernel/database/index.ts'
import { freePort } from '../support/processes.ts'
import type { Member } from '../support/product.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { eventsOf } from './events.ts'
import { seconds, tell } from './figures.ts'
import { countExactly, makeGround, settled } from './ground.ts'
import { sendAll } from './senders.ts'

const { stops, perSecond } = countsOf('terminate')
const senders = 8
const tenants = 4
/** Load before and after each stop. */
const loadMs = 1000
const endWithinMs = 10_000
const forcedWithinMs = 1000

/** Sends SIGTERM; resolves with the time until the end, which must be an orderly one. */
async function terminate(member: Member): Promise<number> {
  const started = performance.now()
  member.process.kill('SIGTERM')
  const { code } = await member.exited
  assert.equal(code, 0, member.output())
  return performance.now() - started
}

test('[R7] [Q1] [Q2] SIGTERM under load: every request is answered and no attempt is spent', {
  timeout: 1_200_000,
}, async () => {
  const ground = await makeGround(tenants)
  const { sql } = ground
  let api = ground.startApi()
  let worker = ground.startWorker()
  await Promise.all([api.ready, worker.ready])
  let stopping = true
  const endsMs: number[] = []
  const endless = eventsOf(tenants, 1_000_000)
  let sent = 0
  const started = performance.now()
  const sending = sendAll({
    port: ground.port,
    senders,
    addresses: ground.addresses,
    // As many as the time that passed asks for, and whole rounds of tenants.
    events: (function* () {
      while (stopping || sent % (tenants * 3) !== 0) {
        sent++
        yield endless.next().value!
      }
    })(),
    gate: () => sleep(Math.max(0, (sent / perSecond) * 1000 - (performance.now() - started))),
  })
  for (let stop = 0; stop < stops; stop++) {
    await sleep(loadMs)
    endsMs.push(await terminate(api))
    api = ground.startApi()
    await api.ready
    await sleep(loadMs)
    const next = ground.startWorker()
    endsMs.push(await terminate(worker))
    worker = next
    await worker.ready
  }
  stopping = false
  const { acked, outcomes } = await sending
  await until('the end of all work', () => settled(ground), 60_000)

  // Refused connections are what a stopped listener gives; a connection that breaks is a request that got no answer.
  const { ECONNREFUSED: refused = 0, '202': answered, '503': unavailable = 0, ...broken } = Object.fromEntries(outcomes)
  const [spent] = await sql(`select (select count(*) from event_queue where attempt_count <> 1)::int
      + (select count(*) from subscription_work where attempt_count <> 1)::int as n`)
  const { lost, duplicates } = await countExactly(ground, { tenants, perTenant: sent / tenants, acked })
  await tell(sql, 'terminate', {
    stops: endsMs.length,
    events: acked.size,
    'requests without an answer': Object.values(broken).reduce((sum, n) => sum + n, 0),
    'attempts spent': Number(spent!.n),
    lost,
    'duplicate effects': duplicates,
    ...(full ? { 'longest until the end': seconds(Math.max(...endsMs)) } : {}),
  })
  assert.deepEqual(broken, {}, `of ${answered} answered, ${refused} refused, ${unavailable} told to come back`)
  assert.equal(spent!.n, 0, 'no attempt was spent')
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  assert.ok(Math.max(...endsMs) <= endWithinMs, `the end took ${seconds(Math.max(...endsMs))}`)

  // A worker whose work waits for a lock: the first SIGTERM lets it wait, the second one does not.
  const stuck = ground.product.start('worker', { WORKER_PORT: String(await freePort()) })
  await Promise.all([stuck.ready, terminate(worker)])
  await withClient(ground.app.adminUrl, async (client) => {
    await client.query('begin')
    await client.query('lock table source_activity in access exclusive mode')
    const [late] = eventsOf(1, 1)
    await sendAll({
      port: ground.port,
      senders: 1,
      addresses: ground.addresses,
      events: [{ ...late!, delivery: 'once-more' }],
    })
    await until(
      'that the worker waits for the lock',
      async () =>
        (await sql(`select from pg_locks where not granted and relation = 'source_activity'::regclass`)).length > 0,
      10_000,
    )
    for (const member of [stuck, api]) {
      member.process.kill('SIGTERM')
      await sleep(50)
      const started = performance.now()
      member.process.kill('SIGTERM')
      const { code } = await member.exited
      assert.ok(performance.now() - started <= forcedWithinMs, 'a second SIGTERM ends it at once')
      if (member === stuck) assert.equal(code, 1, 'it did not end in order')
    }
    await client.query('rollback')
  })
})
