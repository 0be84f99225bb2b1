import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from '#test/support/database.ts'
import { workItemAging } from './alert-conditions.ts'

const db = await testDatabase()
/** So many items that were started and finished so long ago. */
const items = (tenantId: string, count: number, startedDaysAgo: number, finished: string | null) =>
  db.sql(
    `insert into work_items (tenant_id, source, item_key, project_key, item_type, status_category, started_at, finished_at)
     select $1, 'jira', gen_random_uuid()::text, 'AGE', 'Story', case when $4::text is null then 'indeterminate' else 'done' end,
       now() - $3 * interval '1 day', now() - $4::text::interval from generate_series(1, $2::int)`,
    [tenantId, count, startedDaysAgo, finished],
  )
const newProcess = () => {
  const condition = workItemAging()
  return async (tenantId: string) =>
    (await condition.evaluate(db.database)).filter((finding) => finding.tenantId === tenantId)
}
const daysOf = (tenantId: string, days: number) =>
  db.sql(`insert into setting (tenant_id, name, value) values ($1, 'delivery.aging_history_days', $2)`, [
    tenantId,
    JSON.stringify(days),
  ])

test('[D10] each tenant’s ages are compared with its own days of history', async () => {
  const [short, long] = [await db.tenant(), await db.tenant()]
  await daysOf(short.tenantId, 30)
  await daysOf(long.tenantId, 60)
  for (const { tenantId } of [short, long]) {
    await items(tenantId, 30, 43, '40 days')
    await items(tenantId, 8, 20, null)
  }
  const evaluate = newProcess()
  assert.deepEqual(await evaluate(short.tenantId), [])
  const [found] = await evaluate(long.tenantId)
  assert.equal(found?.value, 8)
  assert.match(found!.detail, /older than 4 days, which 85 % of the 30 items finished in the last 60 days/)
})

test('[D10] finished items are read once an hour, ages each minute, and two processes are of one opinion', async () => {
  const { tenantId } = await db.tenant()
  await items(tenantId, 19, 13, '10 days')
  await items(tenantId, 8, 20, null)
  const [one, other] = [newProcess(), newProcess()]
  assert.deepEqual(await one(tenantId), [], 'too little')
  await items(tenantId, 1, 13, '10 days')
  assert.equal((await one(tenantId)).length, 1)
  await items(tenantId, 100, 300, '0 days')
  assert.equal((await other(tenantId)).length, 1, 'what was finished since the hour began counts in the next')
  await db.sql(`delete from work_items where tenant_id = $1 and finished_at is not null`, [tenantId])
  assert.equal((await one(tenantId)).length, 1, 'it was not read again')
  await db.sql(`update work_items set started_at = now() where tenant_id = $1`, [tenantId])
  assert.deepEqual(await one(tenantId), [], 'nothing is old any more')
})
