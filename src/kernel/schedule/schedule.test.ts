/** Who waits for whom: schedules of one pace share the loops of an engine. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sleep } from '#kernel/clock/index.ts'
import { makeEngine, startWorker, type Work } from '#kernel/work/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { ensureSchedules, type Schedule, scheduleWork } from './index.ts'

const db = await testDatabase({ poolMax: 10 })
const concurrency = 2

test('[D15] commands that take hours hold up none that comes due every few minutes', { timeout: 60_000 }, async () => {
  let end = () => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  const runs = new Map<string, number>()
  const schedule = (name: string, cron: string, wait?: Promise<void>): Schedule => ({
    name,
    cron,
    summary: '',
    async run() {
      runs.set(name, (runs.get(name) ?? 0) + 1)
      await wait
      return 'done'
    },
  })
  const schedules = [
    ...['0 2 * * *', '10 2 * * *', '30 2 * * *'].map((cron, n) => schedule(`nightly-${n}`, cron, over)),
    ...['10 */2 * * *', '10 */3 * * *'].map((cron, n) => schedule(`now-and-then-${n}`, cron, over)),
    schedule('each-minute', '* * * * *'),
    schedule('each-quarter', '*/15 * * * *'),
  ]
  await ensureSchedules(db.database, schedules)
  await db.sql(`update schedule set due_at = now() - interval '1 minute'`)
  await db.sql(`update schedule set due_at = now() where name like 'each-%'`)
  const works = scheduleWork(db.database, schedules, silentLog) as unknown as Work[]
  const engines = works.map((work) => makeEngine(work, db.database, silentLog))
  const worker = await startWorker(engines, db.database, silentLog, concurrency)
  const until = async (what: string, holds: () => boolean) => {
    for (let tries = 0; !holds(); tries++) {
      assert.ok(tries < 200, `${what}: ${JSON.stringify([...runs])}`)
      await sleep(50)
    }
  }
  try {
    await until('what comes due every few minutes ran', () => runs.has('each-minute') && runs.has('each-quarter'))
    await until('the loops of the others are held', () => [...runs.values()].length === 2 + 2 * concurrency)
  } finally {
    end()
    await until('the third had its turn', () => runs.size === schedules.length)
    await worker.stop()
  }
})
