/** The database's clock steps while work runs: leases and due times are its own, so a step must neither repeat nor strand work. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { eventOf } from './events.ts'
import { seconds, tell } from './figures.ts'
import { countExactly, expireLeases, type Ground, kill, makeGround, settled } from './ground.ts'
import { sendAll } from './senders.ts'

const { events, steps } = countsOf('clock')
const leaseMs = 30_000

/** All sessions see the new time with their next statement, as they would after a step of the machine's clock. */
const setClock = ({ sql }: Ground, offset: string) =>
  sql(
    `create or replace function app.now() returns timestamptz language sql stable parallel safe as $$ select now() + interval '${offset}' $$`,
  )

test('[Q2] the clock steps by ten minutes and back: nothing runs twice and nothing is stuck', {
  timeout: 1_200_000,
}, async () => {
  const ground = await makeGround(2)
  const { sql } = ground
  const perTenant = events / 2
  await ground.startApi().ready
  const workers = [ground.startWorker(), ground.startWorker()]
  await Promise.all(workers.map(({ ready }) => ready))
  let step = 0
  const share = events / (steps + 1)
  const sending = sendAll({
    port: ground.port,
    senders: 4,
    addresses: ground.addresses,
    events: Array.from({ length: events }, (_, n) => eventOf(n % 2, n >> 1)),
    gate: async (acked) => {
      while (acked > (step + 1) * share) await sleep(10)
    },
  })
  const offsets = ['10 minutes', '0', '-10 minutes', '0']
  for (; step < steps; step++) {
    await sleep(300)
    // What a worker holds when it dies in another time must not stay held for that time.
    if (step % 2 === 1) {
      await kill(ground, workers[0]!)
      workers[0] = ground.startWorker()
    }
    await setClock(ground, offsets[step % offsets.length]!)
    await workers[0]!.ready
  }
  const { acked } = await sending
  const backAt = performance.now()
  await until(
    'the end of all work after the clock was back',
    async () => {
      if (!full) await expireLeases(ground)
      return settled(ground)
    },
    leaseMs + 15_000,
  )
  const afterMs = performance.now() - backAt
  const { lost, duplicates } = await countExactly(ground, { tenants: 2, perTenant, acked })
  await tell(sql, 'clock', {
    events: acked.size,
    steps,
    lost,
    'duplicate effects': duplicates,
    ...(full ? { 'all done after the last step': seconds(afterMs) } : {}),
  })
  assert.deepEqual({ lost, duplicates }, { lost: 0, duplicates: 0 })
  await ground.product.stopAll()
})
