/** One tenant has a backlog; another one's events are done as though it had none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { until } from '../support/until.ts'
import { countsOf, full } from './counts.ts'
import { eventOf, type Outgoing } from './events.ts'
import { seconds, tell } from './figures.ts'
import { makeGround, settled } from './ground.ts'
import { sendAll } from './senders.ts'

const { backlog, events, everyMs } = countsOf('neighbour')
/** What is promised; a machine that also runs everything else is given twice as much. */
const promisedMs = full ? 2000 : 4000

test('[Q2] a tenant with a backlog does not make another one wait', { timeout: 1_200_000 }, async () => {
  const ground = await makeGround(2)
  const { sql } = ground
  await ground.startApi().ready
  const send = (senders: number, outgoing: Iterable<Outgoing>, gate?: () => Promise<void>) =>
    sendAll({ port: ground.port, senders, addresses: ground.addresses, events: outgoing, ...(gate ? { gate } : {}) })
  await send(
    16,
    Array.from({ length: backlog }, (_, n) => eventOf(0, n)),
  )
  await Promise.all([ground.startWorker().ready, ground.startWorker().ready])
  const started = performance.now()
  await send(
    1,
    Array.from({ length: events }, (_, n) => eventOf(1, n)),
    () => sleep(everyMs),
  )
  await until('the end of all work', () => settled(ground), full ? 600_000 : 90_000)
  const backlogMs = performance.now() - started
  const [row] = await sql(
    `with b as (
       select extract(epoch from finished_at - enqueued_at) * 1000 as ms,
         enqueued_at < (select max(finished_at) from event_queue where tenant_id = '${ground.tenantIds[0]}') as beside
       from event_queue where tenant_id = '${ground.tenantIds[1]}'
     )
     select count(*)::int as n, (percentile_cont(0.5) within group (order by ms))::float8 as p50,
       (percentile_cont(0.95) within group (order by ms))::float8 as p95, max(ms)::float8 as max
     from b where beside`,
  )
  const { n, p50, p95, max } = row as { n: number; p50: number; p95: number; max: number }
  await tell(sql, 'neighbour', {
    backlog,
    events: n,
    ...(full
      ? { p50: seconds(p50), p95: seconds(p95), slowest: seconds(max), 'backlog done in': seconds(backlogMs) }
      : {}),
  })
  assert.ok(n >= 5, `only ${n} events met the backlog: nothing was tested`)
  assert.ok(p95 <= promisedMs, `the 95th percentile is ${seconds(p95)}`)
  await ground.product.stopAll()
})
