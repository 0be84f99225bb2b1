/** PostgreSQL itself stops without warning while events come in, and stays away for a while. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { eventsOf } from './events.ts'
import { seconds, tell } from './figures.ts'
import { endServer, startAgain, stopImmediately } from './own-server.ts'

// Loaded after the server is there: they clone their database from it.
const { countExactly, expireLeases, makeGround, settled } = await import('./ground.ts')
const { sendAll } = await import('./senders.ts')

const { stops, downMs, eventsPerStop } = countsOf('postgres')
const tenants = 4
const timeout = 1_200_000
const backWithinMs = 5000
/** An answer while the database is away; far below what any sender waits for. */
const answeredWithinMs = 10_000

const ground = await makeGround(tenants)
const { sql } = ground
after(endServer)
const api = ground.startApi()
const worker = ground.startWorker()
await Promise.all([api.ready, worker.ready])

const endless = eventsOf(tenants, 1_000_000)
let sent = 0
/** Events until told to stop, and then to the end of the round, so that every tenant got the same. */
function* eventsWhile(on: () => boolean) {
  while (on() || sent % (tenants * 3) !== 0) {
    sent++
    yield endless.next().value!
  }
}
const everAcked = new Set<string>()
const brokenIn = (outcomes: ReadonlyMap<string, number>) =>
  Object.fromEntries([...outcomes].filter(([outcome]) => outcome !== '202' && outcome !== '503'))
const done = () =>
  until(
    'the end of all work',
    async () => {
      if (!full) await expireLeases(ground)
      return settled(ground)
    },
    90_000,
  )

test('[Q1] what was answered 202 survives PostgreSQL stopped in immediate mode', { timeout }, async () => {
  let on = true
  let acked = 0
  const sending = sendAll({
    port: ground.port,
    senders: 8,
    alive: api.alive,
    addresses: ground.addresses,
    events: eventsWhile(() => on),
    onAnswer: ({ status }) => {
      if (status === 202) acked++
    },
  })
  for (let stop = 0; stop < stops; stop++) {
    const enough = acked + eventsPerStop
    while (acked < enough && api.alive()) await sleep(5)
    await stopImmediately()
    await startAgain()
  }
  on = false
  const report = await sending
  for (const delivery of report.acked) everAcked.add(delivery)
  await done()
  const { lost, duplicates } = await countExactly(ground, { tenants, perTenant: sent / tenants, acked: everAcked })
  await tell(sql, 'crash', {
    stops,
    'events answered 202': everAcked.size,
    'told to come back (503)': report.outcomes.get('503') ?? 0,
    'requests without an answer': Object.values(brokenIn(report.outcomes)).reduce((sum, n) => sum + n, 0),
    lost,
    'duplicate effects': duplicates,
  })
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  assert.deepEqual(brokenIn(report.outcomes), {}, 'every request got an answer')
  assert.ok(api.alive(), `the API ended: ${api.output()}`)
  assert.ok(worker.alive(), `the worker ended: ${worker.output()}`)
})

test('[R7] [Q1] without PostgreSQL intake asks to come back, and takes events again by itself once it is there', {
  timeout,
}, async () => {
  let on = true
  let down = false
  let backAt = Number.POSITIVE_INFINITY
  let firstAfterMs = Number.POSITIVE_INFINITY
  let refusals = 0
  const sinceBack = new Map<number, number>()
  const sending = sendAll({
    port: ground.port,
    senders: 8,
    alive: api.alive,
    addresses: ground.addresses,
    events: eventsWhile(() => on),
    gate: () => sleep(10),
    onAnswer: ({ status, headers, body }) => {
      if (status === 202) firstAfterMs = Math.min(firstAfterMs, performance.now() - backAt)
      if (Number.isFinite(backAt)) sinceBack.set(status, (sinceBack.get(status) ?? 0) + 1)
      if (status !== 503) return
      assert.match(String(headers['retry-after']), /^\d+$/, body)
      if (down) refusals++
    },
  })
  await sleep(1000)
  await stopImmediately()
  down = true
  await sleep(downMs)
  down = false
  await startAgain()
  firstAfterMs = Number.POSITIVE_INFINITY
  backAt = performance.now()
  await Promise.race([
    // Ends only when it fails.
    sending,
    until('that events are taken again', async () => Number.isFinite(firstAfterMs) || [...sinceBack], 30_000, 20),
  ]).finally(() => {
    on = false
  })
  const report = await sending
  for (const delivery of report.acked) everAcked.add(delivery)
  await done()
  const workMs = performance.now() - backAt
  const { lost, duplicates } = await countExactly(ground, { tenants, perTenant: sent / tenants, acked: everAcked })
  await tell(sql, 'outage', {
    'events answered 202': everAcked.size,
    'told to come back (503)': refusals,
    lost,
    'duplicate effects': duplicates,
    ...(full
      ? {
          'away for': seconds(downMs),
          'slowest answer': seconds(report.slowestMs),
          'taking events again after': seconds(firstAfterMs),
          'all work done after': seconds(workMs),
        }
      : {}),
  })
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  assert.deepEqual(brokenIn(report.outcomes), {}, 'every request got an answer')
  assert.ok(refusals > 0, 'nobody was told to come back: nothing was tested')
  assert.ok(report.slowestMs < answeredWithinMs, `an answer took ${seconds(report.slowestMs)}`)
  assert.ok(firstAfterMs <= backWithinMs, `events were taken again only after ${seconds(firstAfterMs)}`)
  assert.ok(api.alive() && worker.alive(), 'no process ended')
  await ground.product.stopAll()
})
