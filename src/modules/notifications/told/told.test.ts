/** Who is told what and when: from alerts as they are evaluated to what arrives. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { notificationBench } from '../test-bench.ts'

const bench = await notificationBench()
const { outside, sql } = bench
let paths = 0
const path = () => `/told/${++paths}-`
const types = (at: string) =>
  outside.to(at).map(({ body }) => `${body.type} ${(body.data as { severity: string }).severity}`)

test('[A3] raised, worse, resolved, back again: each is told once, however often it is evaluated and planned', async () => {
  const tenant = await bench.tenant()
  const at = path()
  await tenant.webhook(at)
  await tenant.find('shop')
  for (let round = 0; round < 3; round++) {
    await tenant.evaluate()
    await Promise.all([tenant.plan(), tenant.plan(), tenant.settle()])
  }
  await tenant.find('shop', { severity: 'HIGH' })
  await tenant.find('shop', { severity: 'MEDIUM' })
  await tenant.find('shop', { severity: 'HIGH' })
  await tenant.lose('shop')
  await tenant.plan()
  await tenant.settle()
  deepEqual(types(at), ['alert.raised MEDIUM', 'alert.escalated HIGH', 'alert.resolved HIGH'])
  await tenant.minutesPass(40)
  await tenant.find('shop', { severity: 'HIGH' })
  deepEqual(types(at).slice(3), ['alert.raised HIGH'])
  const keys = outside.to(at).map(({ headers }) => headers['webhook-id'])
  equal(new Set(keys).size, 4)
})

test('[A3] the natural key makes a second row impossible, whoever writes it', async () => {
  const tenant = await bench.tenant()
  await tenant.webhook(path())
  await tenant.find('shop')
  const columns =
    'tenant_id, channel_id, alert_id, opening, change, nth, condition, subject, severity, detail, value, threshold'
  await sql(`insert into notification (${columns}) select ${columns} from notification where tenant_id = $1`, [
    tenant.tenantId,
  ]).then(
    () => ok(false, 'it was written twice'),
    (error: Error) => match(error.message, /notification__once/),
  )
})

test('[A3] a channel hears of its severity and worse, and an alert that gets there is told then', async () => {
  const tenant = await bench.tenant()
  const [all, severe, off] = [path(), path(), path()]
  await tenant.webhook(all)
  await tenant.webhook(severe, { minimum_severity: 'HIGH' })
  await tenant.webhook(off, { enabled: false })
  await tenant.find('shop')
  await tenant.find('shop', { severity: 'CRITICAL' })
  deepEqual(types(all), ['alert.raised MEDIUM', 'alert.escalated CRITICAL'])
  deepEqual(types(severe), ['alert.raised CRITICAL'])
  deepEqual(types(off), [])
})

test('[A3] quiet hours delay until their end in the tenant’s zone; what resolves meanwhile is told nobody, and that is seen', async () => {
  const tenant = await bench.tenant('Asia/Kolkata')
  const [at, loud] = [path(), path()]
  // Two hours that hold the present, whatever the time is.
  const [local] = await sql(
    `select to_char(l.t - interval '1 hour', 'HH24:MI') as "from", to_char(l.t + interval '1 hour', 'HH24:MI') as "to",
      to_char(date_trunc('minute', l.t + interval '1 hour') at time zone 'Asia/Kolkata' at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.000"Z"') as "end"
    from (select app.now() at time zone 'Asia/Kolkata' as t) l`,
  )
  const quiet = { from: local!.from, to: local!.to, days: [1, 2, 3, 4, 5, 6, 7], lets_through: 'HIGH' }
  const { id } = await tenant.webhook(at, { quiet })
  await tenant.webhook(loud, { quiet: { ...quiet, lets_through: 'LOW' } })
  equal((await tenant.channels()).channels[0].quiet_until, local!.end)
  await tenant.find('shop')
  await tenant.find('mill')
  await tenant.find('port', { severity: 'HIGH' })
  deepEqual(types(at), ['alert.raised HIGH'])
  equal(types(loud).length, 3)
  const waiting = await tenant.told(`&state=waiting&channel=${id}`)
  deepEqual(
    waiting.map(({ due_at: due, why }) => [due, why]),
    [
      [local!.end, 'quiet-hours'],
      [local!.end, 'quiet-hours'],
    ],
  )
  await tenant.lose('shop')
  deepEqual(await tenant.story(`&state=skipped&channel=${id}`), ['raised MEDIUM skipped resolved'])
  deepEqual(types(at), ['alert.raised HIGH'], 'and that it ended is told nobody who never heard of it')
  await tenant.ask('PATCH', `/notification-channels/${id}`, { quiet: null }, 200)
  await tenant.settle()
  deepEqual(types(at), ['alert.raised HIGH', 'alert.raised MEDIUM'], 'a changed rule counts at once')
})

test('[A3] the schedule tells new channels of what is open, and reminds who was told and has not acknowledged', async () => {
  const tenant = await bench.tenant()
  await tenant.find('shop')
  const at = path()
  await tenant.webhook(at)
  await tenant.plan()
  await tenant.settle()
  deepEqual(types(at), ['alert.raised MEDIUM'])
  await tenant.minutesPass(23 * 60)
  await tenant.plan()
  await tenant.settle()
  equal(types(at).length, 1)
  await tenant.minutesPass(2 * 60)
  for (let round = 0; round < 2; round++) await Promise.all([tenant.plan(), tenant.plan()])
  await tenant.settle()
  deepEqual(types(at).slice(1), ['alert.reminder MEDIUM'])
  await tenant.minutesPass(25 * 60)
  const [{ alert_id: alertId }] = (await tenant.told()) as [{ alert_id: string }]
  await tenant.ask('POST', `/admin/system-alerts/${alertId}/acknowledge`, {}, 200)
  await tenant.plan()
  await tenant.settle()
  equal(types(at).length, 2, 'somebody looks after it')
  equal((await tenant.told(`&alert=${alertId}`)).length, 2)
})

test('[A3] [F33] an alert that comes and goes twelve times tells a channel once', async () => {
  const tenant = await bench.tenant()
  const at = path()
  await tenant.webhook(at)
  for (let round = 0; round < 12; round++) {
    await tenant.find('shop')
    await tenant.lose('shop')
  }
  deepEqual(types(at), ['alert.raised MEDIUM', 'alert.resolved MEDIUM'])
  await tenant.find('shop', { severity: 'CRITICAL' })
  equal(types(at).length, 3, 'unless it is worse')
  await tenant.lose('shop')
  await tenant.minutesPass(31)
  await tenant.find('shop')
  deepEqual(types(at).slice(3), ['alert.resolved CRITICAL', 'alert.raised MEDIUM'])
})

test('[A3] a resolution waits for what is still being tried, and closes nothing that was opened anew', async () => {
  const tenant = await bench.tenant()
  const at = path()
  await tenant.webhook(at)
  outside.says.set(at, { status: 500, body: 'not now' })
  await tenant.find('shop')
  await tenant.lose('shop')
  deepEqual(await tenant.story(), [
    'raised MEDIUM waiting The webhook answered 500: not now',
    'resolved MEDIUM waiting order',
  ])
  outside.says.delete(at)
  await tenant.minutesPass(5)
  await tenant.settle()
  await tenant.minutesPass(5)
  await tenant.settle()
  const story = await tenant.story()
  deepEqual(story, ['raised MEDIUM skipped resolved', 'resolved MEDIUM skipped not-told'])
  equal(outside.to(at).length, 1)
})

test('[A3] who may have heard that it began, for the answer was lost, hears that it ended', async () => {
  const tenant = await bench.tenant()
  const at = path()
  await tenant.webhook(at)
  await tenant.find('shop')
  // As a worker leaves it that died between the sending and the noting.
  await sql(
    `update notification set status = 'pending', told_at = null, error_class = 'crash', attempt_count = 1, finished_at = null, outcome = null
    where tenant_id = $1`,
    [tenant.tenantId],
  )
  await sql(`update notification set error_class = 'crash', attempt_count = 1 where tenant_id = $1`, [tenant.tenantId])
  await tenant.lose('shop')
  await tenant.minutesPass(5)
  await tenant.settle()
  deepEqual(types(at), ['alert.raised MEDIUM', 'alert.resolved MEDIUM'])
  deepEqual(await tenant.story(), ['raised MEDIUM skipped resolved', 'resolved MEDIUM sent'])
})

test('[A3] a channel that fails raises an alert, which ends once it takes what is sent', async () => {
  const tenant = await bench.tenant()
  const at = path()
  const { id } = await tenant.webhook(at)
  outside.says.set(at, { status: 410, body: 'gone' })
  await tenant.find('shop')
  const failing = bench.app.composed.started
    .flatMap((module) => module.alerts ?? [])
    .find(({ name }) => name === 'notifications_failing')!
  const mine = async () =>
    (await failing.evaluate(bench.app.database)).filter(({ tenantId }) => tenantId === tenant.tenantId)
  const [found] = await mine()
  deepEqual([found!.subject, found!.value], [at, 1])
  match(found!.detail, /410: gone/)
  outside.says.delete(at)
  await tenant.ask('POST', `/notification-channels/${id}/test`, {}, 200)
  deepEqual(await mine(), [])
})

test('[A3] the list pages by key and filters by state, channel and alert', async () => {
  const tenant = await bench.tenant()
  const { id } = await tenant.webhook(path())
  await tenant.webhook(path())
  for (const subject of ['a', 'b', 'c']) await tenant.find(subject)
  const first = (await tenant.ask('GET', '/notifications?limit=4', undefined, 200)).json()
  const second = (await tenant.ask('GET', `/notifications?limit=4&cursor=${first.next_cursor}`, undefined, 200)).json()
  deepEqual([first.notifications.length, second.notifications.length, second.next_cursor], [4, 2, null])
  const ids = [...first.notifications, ...second.notifications].map((row: { id: number }) => row.id)
  deepEqual(
    ids,
    ids.toSorted((a: number, b: number) => b - a),
  )
  equal((await tenant.told(`&channel=${id}`)).length, 3)
  equal((await tenant.told('&state=sent')).length, 6)
  equal((await tenant.told('&state=failed')).length, 0)
  await tenant.ask('GET', '/notifications?state=lost', undefined, 422)
})
