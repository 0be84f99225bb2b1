/** The life of an alert: raised, kept, resolved, reopened; whoever evaluates beside whom. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeEventLog, subscribe } from '#kernel/events/index.ts'
import { drain, makeEngine } from '#kernel/work/index.ts'
import { silentLog } from '#test/support/database.ts'
import { evaluateAlerts } from './evaluate.ts'
import { alertsChanged } from './index.ts'
import { app, condition, deps, evaluate, failing, finding, findings, listed, minutesPass, whats } from './test-bench.ts'
import { watchEvaluation } from './watch-evaluation.ts'

test('[A1] an alert is raised once, kept while found, resolved after staying clean, and reopened when it returns soon', async () => {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  findings.push(finding(tenant.tenantId))
  await evaluate()
  await evaluate()
  const [raised, ...others] = await listed('open', as)
  assert.equal(others.length, 0)
  assert.equal(raised!.state, 'raised')
  assert.equal(raised!.severity, 'MEDIUM')
  assert.match(String(raised!.runbook_url), /\/docs\/runbook#of_the_test$/)
  findings[0] = finding(tenant.tenantId, { value: 9, detail: 'It got worse.' })
  await evaluate()
  assert.equal((await listed('open', as))[0]!.value, 9)

  findings.length = 0
  await evaluate()
  assert.equal((await listed('open', as)).length, 1, 'one clean look resolves nothing')
  findings.push(finding(tenant.tenantId))
  await evaluate()
  findings.length = 0
  await evaluate()
  await minutesPass(4)
  await evaluate()
  assert.equal((await listed('open', as)).length, 1, 'found in between, it must stay clean anew')
  await minutesPass(2)
  await evaluate()
  assert.equal((await listed('open', as)).length, 0)
  const [resolved] = await listed('resolved', as)
  assert.ok(resolved!.resolved_at)

  findings.push(finding(tenant.tenantId))
  await evaluate()
  assert.equal((await listed('all', as)).length, 1, 'the same alert')
  assert.deepEqual(await whats(raised!.id, as), ['reopened', 'resolved', 'raised'])
  findings.length = 0
  await evaluate()
  await minutesPass(6)
  await evaluate()
  await minutesPass(200)
  findings.push(finding(tenant.tenantId))
  await evaluate()
  assert.equal((await listed('all', as)).length, 2, 'much later it is another alert')
  findings.length = 0
})

test('[A1] an alert may need to last before it is raised; a pause begins anew', async () => {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  const ago = (minutes: number) =>
    app.sql(`update alert_pending set found_since = found_since - $1 * interval '1 minute' where owner_id = $2`, [
      minutes,
      tenant.tenantId,
    ])
  findings.push(finding(tenant.tenantId, { forMinutes: 10 }))
  await evaluate()
  await ago(9)
  await evaluate()
  assert.equal((await listed('all', as)).length, 0)
  findings.length = 0
  await evaluate()
  findings.push(finding(tenant.tenantId, { forMinutes: 10 }))
  await evaluate()
  await ago(9)
  await evaluate()
  assert.equal((await listed('all', as)).length, 0, 'the minutes before the pause do not count')
  await app.sql(`update alert_pending set last_found_at = last_found_at - interval '4 minutes' where owner_id = $1`, [
    tenant.tenantId,
  ])
  await ago(9)
  await evaluate()
  assert.equal((await listed('all', as)).length, 0, 'nor do those in which nobody looked')
  await ago(11)
  await evaluate()
  assert.equal((await listed('open', as)).length, 1)
  assert.deepEqual(await app.sql('select * from alert_pending where owner_id = $1', [tenant.tenantId]), [])
  findings.length = 0
})

test('[A1] any number of evaluations at once raise one alert, with one step of history', async () => {
  const tenant = await app.tenant()
  findings.push(finding(tenant.tenantId))
  await Promise.all(Array.from({ length: 8 }, () => evaluate()))
  const count = async (text: string) => Number((await app.sql(text, [tenant.tenantId]))[0]!.n)
  assert.equal(await count('select count(*) as n from alert where tenant_id = $1'), 1)
  assert.equal(await count('select count(*) as n from alert_history where tenant_id = $1'), 1)
  findings.length = 0
})

test('[A1] an evaluation that was overtaken by a newer one changes nothing', async () => {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  const begun = Promise.withResolvers<void>()
  const late = Promise.withResolvers<void>()
  const slow = evaluate({
    async evaluate() {
      begun.resolve()
      await late.promise
      return [finding(tenant.tenantId)]
    },
  })
  await begun.promise
  await evaluate()
  late.resolve()
  await slow
  assert.deepEqual(await listed('all', as), [])
})

test('[A1] a condition that cannot be evaluated leaves its alerts, says so, and harms no other', async () => {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  findings.push(finding(tenant.tenantId))
  await evaluate()
  findings.length = 0
  failing.with = new Error('relation "x" does not exist')
  const other = condition({ name: 'another', evaluate: async () => [finding(tenant.tenantId, { subject: 'y' })] })
  const tally = await evaluateAlerts(deps([condition(), other]))
  assert.equal(tally.failed, 1)
  await minutesPass(60)
  assert.equal((await listed('open', as)).length, 2)
  const [state] = await app.sql(`select error, last_evaluated_at from alert_condition where name = 'of_the_test'`)
  assert.equal(state!.error, 'relation "x" does not exist')
  failing.with = undefined
  await evaluate()
  assert.equal((await app.sql(`select error from alert_condition where name = 'of_the_test'`))[0]!.error, null)
  await app.sql(`update alert set last_found_at = last_found_at - interval '2 days' where condition = 'another'`)
  await evaluate()
  assert.deepEqual(
    (await listed('resolved', as)).map(({ condition: name }) => name),
    ['another'],
    'nothing looks for it any more, so it does not stay open for ever',
  )
})

test('[A1] whoever subscribes hears of every step of an alert’s life', async () => {
  const tenant = await app.tenant()
  const heard: string[] = []
  const subscriber = subscribe('test.alerts', alertsChanged, async (_, steps) => {
    heard.push(
      ...steps
        .filter(({ subject }) => subject === 'heard')
        .map(({ what, condition: name, severity }) => `${what} ${name} ${severity}`),
    )
    return 'heard'
  })
  const eventLog = makeEventLog()
  eventLog.connect([subscriber])
  const listening = { ...deps([condition()]), eventLog }
  findings.push(finding(tenant.tenantId, { subject: 'heard' }))
  await evaluateAlerts(listening)
  findings.length = 0
  await evaluateAlerts(listening)
  await minutesPass(6)
  await evaluateAlerts(listening)
  await drain(makeEngine(subscriber.work as never, app.database, silentLog))
  assert.deepEqual(heard, ['raised of_the_test MEDIUM', 'resolved of_the_test MEDIUM'])
})

test('[A1] resolved alerts are kept for a year with their history, open ones until they resolve', async () => {
  const tenant = await app.tenant()
  const as = await app.key({ tenantId: tenant.tenantId })
  findings.push(finding(tenant.tenantId, { subject: 'gone' }), finding(tenant.tenantId, { subject: 'kept' }))
  await evaluate()
  findings.splice(0, 1)
  await evaluate()
  await minutesPass(6)
  await evaluate()
  await app.sql(
    `update alert set raised_at = raised_at - interval '400 days',
    resolved_at = resolved_at - interval '400 days' where tenant_id = $1`,
    [tenant.tenantId],
  )
  await app.composed.operations.runSchedule(tenant, 'scheduler:enforce-data-retention')
  assert.deepEqual(
    (await listed('all', as)).map(({ subject }) => subject),
    ['kept'],
  )
  assert.equal((await app.sql('select 1 from alert_history where tenant_id = $1', [tenant.tenantId])).length, 1)
  findings.length = 0
})

test('[A1] without a worker an API process evaluates itself', async () => {
  let evaluated = 0
  const watch = watchEvaluation({ database: app.database, log: silentLog }, async () => {
    evaluated++
    await app.composed.alerts.evaluate()
  })
  await app.composed.alerts.evaluate()
  assert.equal(await watch.look(), false)
  await app.sql(`update alert_condition set last_evaluated_at = app.now() - interval '4 minutes'`)
  assert.equal(await watch.look(), true)
  assert.equal(evaluated, 1)
})
