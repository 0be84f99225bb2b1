/**
 * A worker is killed again and again while it tells of alerts: before the other side has answered, and just after. Each alert is told
 * to each channel at least once and at most once more for every kill, always with the same key.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { botToken, notificationBench } from '#modules/notifications/test-bench.ts'
import type { Got } from '#modules/notifications/test-outside.ts'
import { testSecret } from '../support/database.ts'
import { freePort } from '../support/processes.ts'
import { type Member, productOn } from '../support/product.ts'
import { until } from '../support/until.ts'
import { countsOf } from './counts.ts'
import { tell } from './figures.ts'
import { expireLeases } from './ground.ts'

const { kills: wanted } = countsOf('notifications')
const bench = await notificationBench()
const { outside, sql, app } = bench
const product = productOn(app.url, {
  ...outside.environment,
  APP_KEY: testSecret,
  DB_POOL_MAX: '6',
  WORKER_PORT: String(await freePort()),
})

/** What each side got, by the key it was given. */
const keyOf = ({ headers, body }: Got): string =>
  String(headers['webhook-id'] ?? (body.metadata as { event_payload: { key: string } }).event_payload.key)

test('[A3] [F33] an alert is told at least once, at most once more for each kill, and with one key', {
  timeout: 1_200_000,
}, async () => {
  const tenant = await bench.tenant()
  await tenant.webhook('/hook')
  await tenant.channel({ kind: 'slack_bot', name: 'Ops', token: botToken, channel: 'C024BE91L' })
  const got = new Map<string, number>()
  let kills = 0
  let armed: (() => void) | undefined
  let worker: Member = product.start('worker')
  const kill = async () => {
    worker.process.kill('SIGKILL')
    await worker.exited
  }
  const answerOrDie = async (one: Got) => {
    got.set(keyOf(one), (got.get(keyOf(one)) ?? 0) + 1)
    const struck = armed
    if (struck) {
      armed = undefined
      kills++
      // By turns: nothing was answered, or the answer is on its way while the worker dies.
      if (kills % 2 === 1) await kill()
      else setTimeout(() => void kill(), Math.random() * 15)
      void worker.exited.then(struck)
    }
    return one.path.startsWith('/slack') ? { body: { ok: true, channel: 'C024BE91L', ts: '1.0' } } : { body: 'ok' }
  }
  outside.says.set('/hook', answerOrDie)
  outside.says.set('/slack/chat.postMessage', answerOrDie)

  await worker.ready
  for (let round = 1; round <= wanted; round++) {
    const died = new Promise<void>((resolve) => {
      armed = resolve
    })
    tenant.findings.set(`shop-${round}`, {
      tenantId: tenant.tenantId,
      subject: `shop-${round}`,
      detail: 'x',
      value: 1,
      threshold: 0,
    })
    await tenant.evaluate()
    await died
    await expireLeases({ sql }, 0)
    worker = product.start('worker')
    await worker.ready
  }
  // What is planned is work too: an alert whose planning died with its worker has no notification yet.
  const unfinished = async () =>
    sql(
      `select 'notification' as work, status, error_class from notification where status <> 'completed'
      union all select 'plan', status, error_class from subscription_work where status <> 'completed'`,
    )
  const ended = async () => {
    await expireLeases({ sql })
    const rows = (await unfinished()).filter(({ status }) => status !== 'dead_lettered')
    return rows.length === 0 ? true : rows
  }
  await until('the end of all telling', ended, 60_000)
  // A row that met as many kills as it has attempts is a dead letter, which is right; none is lost, so they are requeued and counted.
  const dead = (await unfinished()).length
  for (const table of ['subscription_work', 'notification'])
    await sql(`update ${table} set status = 'pending' where status = 'dead_lettered'`)
  await until(
    'what was requeued is told',
    async () => (await ended()) === true && (await unfinished()).length === 0,
    60_000,
  )
  await sleep(200)
  await product.stopAll()

  const rows = await sql(`select key, outcome, told_at, change from notification where tenant_id = $1`, [
    tenant.tenantId,
  ])
  const times = [...got.values()]
  const repeats = times.reduce((sum, n) => sum + n - 1, 0)
  await tell(sql, 'notifications', {
    alerts: wanted,
    channels: 2,
    kills,
    notifications: rows.length,
    'not told': rows.filter(({ key }) => !got.has(String(key))).length,
    'keys of nobody’s': [...got.keys()].filter((key) => !rows.some((row) => row.key === key)).length,
    'told again after a kill': repeats,
    'most often the same': Math.max(...times),
    'dead letters of many kills': dead,
  })
  assert.equal(kills, wanted)
  assert.equal(rows.length, 2 * wanted, 'one row an alert and channel')
  assert.deepEqual(
    rows.filter(({ told_at: at, change }) => !at || change !== 'raised'),
    [],
  )
  assert.deepEqual([...got.keys()].sort(), rows.map(({ key }) => String(key)).sort(), 'each was told, with its one key')
  assert.ok(Math.max(...times) <= 1 + kills)
  assert.ok(repeats > 0, 'no kill met a worker between sending and noting: nothing was tested')
})
