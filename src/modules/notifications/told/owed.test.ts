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
const always = { from: '00:00', to: '00:00', days: [1, 2, 3, 4, 5, 6, 7], lets_through: null }
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

test('[A3] what was left out while a channel was off is told once it is on, where it still stands', async () => {
  const tenant = await bench.tenant()
  const at = path()
  const { id } = await tenant.webhook(at)
  // Off between the planning and the sending of some.
  const off = async (subject: string) => {
    await change(tenant, id, { quiet: always })
    await tenant.find(subject)
    await change(tenant, id, { enabled: false, quiet: null })
    await tenant.settle()
  }
  await tenant.find('told')
  await off('shop')
  await tenant.find('shop', { severity: 'MEDIUM' })
  await change(tenant, id, { enabled: true })
  await tenant.settle()
  deepEqual(types(at), ['alert.raised MEDIUM', 'alert.raised MEDIUM'])
  await off('over')
  await tenant.lose('over')
  await tenant.lose('told')
  equal((await tenant.told('&state=skipped')).length, 2)
  // Longer than the schedule looks back.
  await sql(`update alert set resolved_at = resolved_at - interval '2 days' where tenant_id = $1`, [tenant.tenantId])
  await change(tenant, id, { enabled: true })
  await tenant.settle()
  deepEqual(types(at).slice(2), ['alert.resolved MEDIUM'])
  await change(tenant, id, { name: 'other' })
  await tenant.settle()
  equal(types(at).length, 3, 'once')
})

test('[A3] what was too mild is told when the channel hears of milder alerts', async () => {
  const tenant = await bench.tenant()
  const at = path()
  const { id } = await tenant.webhook(at, { quiet: always })
  await tenant.find('shop')
  await change(tenant, id, { minimum_severity: 'CRITICAL', quiet: null })
  await tenant.settle()
  deepEqual(await tenant.story(), ['raised MEDIUM skipped below-minimum'])
  await change(tenant, id, { minimum_severity: 'HIGH' })
  await tenant.settle()
  deepEqual(types(at), [])
  await change(tenant, id, { minimum_severity: 'LOW' })
  await tenant.settle()
  deepEqual(types(at), ['alert.raised MEDIUM'])
})

test('[A3] a worker that saw the channel off just before it went on loses nothing', async () => {
  const tenant = await bench.tenant()
  const at = path()
  await tenant.webhook(at)
  await tenant.find('shop')
  await sql(`update notification set told_at = null, outcome = 'skipped:channel-off' where tenant_id = $1`, [
    tenant.tenantId,
  ])
  await tenant.plan()
  await tenant.settle()
  equal(types(at).length, 2)
})

test('[A3] what was told of an alert that stays open is kept, and it is reminded of all the same', async () => {
  const tenant = await bench.tenant()
  const at = path()
  await tenant.webhook(at)
  await tenant.find('open')
  await tenant.find('over')
  const remind = async () => {
    await tenant.minutesPass(25 * 60)
    await tenant.plan()
    await tenant.settle()
  }
  await remind()
  await tenant.lose('over')
  const all = await tenant.story()
  equal(all.length, 5, all.join('; '))
  await sql(`update notification set created_at = created_at - interval '100 days' where tenant_id = $1`, [
    tenant.tenantId,
  ])
  await bench.app.composed.retention.enforce()
  deepEqual(await tenant.story(), ['raised MEDIUM sent', 'reminder MEDIUM sent'], 'of the one that is open')
  await remind()
  equal(types(at).at(-1), 'alert.reminder MEDIUM')
  equal(types(at).length, 6)
  // As an installation is left by which reminders were forgotten.
  await sql(`delete from notification where tenant_id = $1 and change = 'reminder' and nth = 1`, [tenant.tenantId])
  await remind()
  equal(types(at).length, 7)
})
