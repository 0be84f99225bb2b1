import { equal, match, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { notificationBench } from './test-bench.ts'
import { startOutside } from './test-outside.ts'

const watcher = await startOutside()
const bench = await notificationBench({ HEARTBEAT_URL: `${watcher.url}/beat` })
const { app, sql } = bench
const schedule = app.composed.schedules.find(({ name }) => name === 'scheduler:ping-heartbeat')!
const beat = async () => String(await schedule.run())
const pings = () => watcher.to('/beat').length

test('[A3] the heartbeat is sent while alerts are evaluated and schedules run, and stays away when not', async () => {
  match(await beat(), /^not pinged: alerts were evaluated never/)
  await app.composed.alerts.evaluate()
  await app.composed.operations.ensureSchedules()
  match(await beat(), /^pinged, 200 after \d+ ms$/)
  equal(pings(), 1)
  await sql(`update alert_condition set last_evaluated_at = app.now() - interval '6 minutes'`)
  match(await beat(), /^not pinged: alerts were evaluated 6 minutes ago/)
  await app.composed.alerts.evaluate()
  await sql(`update schedule set due_at = app.now() - interval '16 minutes' where name = 'scheduler:evaluate-alerts'`)
  match(await beat(), /^not pinged: overdue: scheduler:evaluate-alerts$/)
  await sql(`update schedule set due_at = app.now() + interval '1 minute'`)
  await sql(
    `insert into schedule (name, cron, due_at) values ('scheduler:of-another-version', '* * * * *', app.now() - interval '1 day')`,
  )
  match(await beat(), /^pinged/)
  equal(pings(), 2)
  watcher.says.set('/beat', { status: 500 })
  await rejects(beat(), /answered 500/)
})

test('[A3] open alerts do not stop it: channels are told of those', async () => {
  watcher.says.clear()
  const tenant = await bench.tenant()
  await tenant.find('shop', { severity: 'CRITICAL' })
  await app.composed.alerts.evaluate()
  match(await beat(), /^pinged/)
})
