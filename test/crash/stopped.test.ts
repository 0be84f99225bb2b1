/** A worker that is stopped longer than its lease, as by a debugger, a frozen machine or a partition, and then goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import type { Member } from '../support/product.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { eventOf, type Outgoing } from './events.ts'
import { seconds, tell } from './figures.ts'
import { countExactly, expireLeases, type Ground, makeGround, settled } from './ground.ts'
import { sendAll } from './senders.ts'
import type { HarnessOptions } from './worker.ts'

const { events, stops, waitForLease } = countsOf('stopped')
const pauseMs = 1500
/** What a stopped worker must be late, and how long its rows may stay undone. */
const stoppedMs = 90_000
const lease = { reclaimMs: 45_000 }

/** Resolves when the worker has said this of itself. */
const saying = (worker: Member, word: 'pausing' | 'resumed') =>
  new Promise<void>((resolve) =>
    worker.onMessage((message) => {
      if (word in (message as object)) resolve()
    }),
  )

/** What PostgreSQL does by itself when a transaction has been idle for as long as a lease. */
const endOpenTransactions = ({ sql }: Ground, stopped: Member) =>
  sql(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and state like 'idle in transaction%'`,
    [`daytwo-crash-${stopped.process.pid}`],
  )

/** Sends events, stops the only worker in the middle of them, has another one do them, and lets the first one go on. */
async function stopOnce(
  ground: Ground,
  { first, where, options }: { first: number; where: 'before' | 'inside'; options: HarnessOptions },
) {
  const stopped = ground.startWorker({ trouble: true, pauseMs, pauseBeforeBegin: where === 'before', ...options })
  const inside = saying(stopped, 'pausing').then(() => {
    stopped.process.kill('SIGSTOP')
    return performance.now()
  })
  await stopped.ready
  const batch: Outgoing[] = Array.from({ length: events }, (_, index) =>
    eventOf(0, first + index, where === 'inside' && index === events >> 1 ? `late-${first}` : undefined),
  )
  const { acked } = await sendAll({ port: ground.port, senders: 4, addresses: ground.addresses, events: batch })
  const stoppedAt = await inside
  const other = ground.startWorker(options)
  await other.ready
  await until(
    'that another worker does what the stopped one holds',
    async () => {
      if (!waitForLease) await endOpenTransactions(ground, stopped)
      if (!waitForLease) await expireLeases(ground, 0)
      return settled(ground)
    },
    lease.reclaimMs + 30_000,
  )
  const doneMs = performance.now() - stoppedAt
  if (waitForLease) await sleep(Math.max(0, stoppedMs - doneMs))
  const resumed = saying(stopped, 'resumed')
  stopped.process.kill('SIGCONT')
  // It ends its pause and finds its claim gone; SIGTERM lets it finish that.
  await resumed
  assert.ok(stopped.alive(), stopped.output())
  for (const worker of [stopped, other]) {
    worker.process.kill('SIGTERM')
    await worker.exited
  }
  return { acked, doneMs }
}

const timeout = 1_200_000

test('[Q2] a worker that was stopped past its lease changes nothing when it goes on', { timeout }, async () => {
  const ground = await makeGround(1)
  const api = ground.startApi()
  await api.ready
  const acked = new Set<string>()
  let longestMs = 0
  let round = 0
  for (let stop = 0; stop < stops; stop++)
    for (const where of ['before', 'inside'] as const) {
      const once = await stopOnce(ground, { first: events * round++, where, options: {} })
      for (const delivery of once.acked) acked.add(delivery)
      longestMs = Math.max(longestMs, once.doneMs)
    }
  const { lost, duplicates } = await countExactly(ground, { tenants: 1, perTenant: events * round, acked })
  await tell(ground.sql, 'stopped', {
    events: acked.size,
    stops: round,
    lost,
    'duplicate effects': duplicates,
    ...(full
      ? { 'stopped for': seconds(stoppedMs), 'longest until another worker had done its rows': seconds(longestMs) }
      : {}),
  })
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  await ground.product.stopAll()
})

test('the check can fail: without the fence the same run counts effects twice', { timeout }, async () => {
  const ground = await makeGround(1)
  const api = ground.startApi()
  await api.ready
  const { acked } = await stopOnce(ground, { first: 0, where: 'before', options: { withoutFence: true } })
  const { lost, duplicates } = await countExactly(ground, { tenants: 1, perTenant: events, acked })
  await tell(ground.sql, 'control', { events: acked.size, stops: 1, 'duplicate effects': duplicates })
  assert.equal(lost, 0)
  assert.ok(duplicates > 0, 'the test does not see what the fence prevents')
  await ground.product.stopAll()
})
