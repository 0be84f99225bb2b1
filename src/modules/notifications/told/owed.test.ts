/** What somebody is still owed: the end of what they heard of, and what was left out while a channel was off. */
import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { notificationBench } from '../test-bench.ts'

const bench = await notificationBench()
const { outside, sql } = bench
let paths = 0
const path = () => `/owed/${++paths}-`
const types = (at: string) =>
  outside.to(at).map(({ body }) => `${body.type} ${(body.data as { severity: string }).severity}`)
const change = (tenant: Awaited<ReturnType<typeof bench.tenant>>, id: string, what: object) =>
  tenant.ask('PATCH', `/notification-channels/${id}`, what, 200)

test('[A3] who was told that it began hears that it ended, though it became less severe than the channel hears of', async () => {
  const tenant = await bench.tenant()
  const [at, raisedLater] = [path(), path()]
  await tenant.webhook(at, { minimum_severity: 'HIGH' })
  const { id } = await tenant.webhook(raisedLater)
  await tenant.find('shop', { severity: 'CRITICAL' })
  await tenant.find('shop', { severity: 'LOW' })
  await change(tenant, id, { minimum_severity: 'CRITICAL' })
  await tenant.lose('shop')
  deepEqual(types(at), ['alert.raised CRITICAL', 'alert.resolved LOW'])
  deepEqual(types(raisedLater), ['alert.raised CRITICAL', 'alert.resolved LOW'])
})
