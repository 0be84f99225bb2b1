/** Workers and the API are killed again and again while events come in. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import type { Member } from '../support/product.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { eventsOf } from './events.ts'
import { seconds, tell } from './figures.ts'
import { countExactly, expireLeases, kill, makeGround, reclaims, settled } from './ground.ts'
import { sendAll } from './senders.ts'

const { events, tenants, senders, workerKills, apiKills } = countsOf('kills')
const ground = await makeGround(tenants)
const { sql } = ground
const reclaimedWithinMs = 45_000
const somewhat = (from: number, to: number) => from + Math.random() * (to - from)

test('[Q1] [Q2] [Q3] every event that was answered 202 is a fact, exactly once, whoever is killed', {
  timeout: 1_200_000,
}, async () => {
  let api = ground.startApi()
  const workers: Member[] = [ground.startWorker(), ground.startWorker()]
  await Promise.all([api.ready, ...workers.map(({ ready }) => ready)])

  let kills = 0
  const perTenant = Math.ceil(events / tenants)
  // Events come as fast as kills do, so that every kill meets a queue that moves.
  const share = (tenants * perTenant) / (workerKills + 1)
  const sending = sendAll({
    port: ground.port,
    senders,
    addresses: ground.addresses,
    events: eventsOf(tenants, perTenant),
    gate: async (acked) => {
      while (acked > (kills + 1) * share) await sleep(10)
    },
  })

  const apiDeaths = new Set(
    Array.from({ length: apiKills }, (_, index) => Math.floor(((index + 0.5) * workerKills) / apiKills)),
  )
  for (; kills < workerKills; kills++) {
    await sleep(somewhat(90, 240))
    const index = Math.floor(Math.random() * workers.length)
    const again = kill(ground, workers[index]!).then(() => {
      workers[index] = ground.startWorker()
    })
    if (apiDeaths.has(kills)) {
      await kill(ground, api)
      api = ground.startApi()
    }
    await again
    await workers[index]!.ready
    if (!full) await expireLeases(ground)
  }
  const { acked, outcomes } = await sending
  await until(
    'the end of all work',
    async () => {
      if (!full) await expireLeases(ground)
      return settled(ground)
    },
    full ? 300_000 : 60_000,
  )

  // A row that met three kills is a dead letter, which is right; none is lost, so they are requeued and counted.
  const dead = await sql(`select id from event_queue where status = 'dead_lettered'`)
  if (dead.length > 0) {
    assert.deepEqual(await sql(`select distinct error_class from event_queue where status = 'dead_lettered'`), [
      { error_class: 'crash' },
    ])
    await sql(`update event_queue set status = 'pending', attempt_count = 0 where status = 'dead_lettered'`)
  }
  await sql(`update subscription_work set status = 'pending' where status = 'dead_lettered'`)
  await until('the end of what was requeued', () => settled(ground), 60_000)
  await ground.product.stopAll()

  const { lost, duplicates } = await countExactly(ground, { tenants, perTenant, acked })
  const reclaim = await reclaims(ground)
  await tell(sql, 'kills', {
    events: acked.size,
    'worker kills': workerKills,
    'API kills': apiKills,
    'requests the API’s death ended': [...outcomes]
      .filter(([code]) => Number.isNaN(Number(code)))
      .reduce((sum, [, n]) => sum + n, 0),
    'rows a killed worker held': reclaim.rows,
    lost,
    'duplicate effects': duplicates,
    'dead letters of three kills': dead.length,
    ...(full
      ? {
          'longest until taken back': seconds(reclaim.takenBackMs),
          'longest until claimed again': seconds(reclaim.claimedMs),
        }
      : {}),
  })
  assert.equal(acked.size, tenants * perTenant)
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  assert.ok(reclaim.rows > 0, 'no kill met a worker that held a row: nothing was tested')
  assert.ok(reclaim.claimedMs <= reclaimedWithinMs, `a row was claimed again only after ${seconds(reclaim.claimedMs)}`)
})
