import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'

const app = await testApp()
const { sql } = app

/** Events of one actor on some day, so many days ago, at an hour. */
const past = (
  tenantId: string,
  daysAgo: number,
  hour: number,
  actor: string,
  action: string,
  { count = 1, delta = {}, type = 'person' } = {},
) =>
  sql(
    `insert into audit_events (tenant_id, module, action, actor_type, actor_id, actor_name, subject, delta, created_at)
    select $1, split_part($2, '.', 1), $2, $8, $3, $3, 's:' || n, $7, ((app.now() at time zone 'UTC')::date - $4::int + make_interval(hours => $5)) at time zone 'UTC'
    from generate_series(1, $6::int) n`,
    [tenantId, action, actor, daysAgo, hour, count, delta, type],
  )

test('[P7] the daily report compares yesterday with thirty days, names its evidence, and finds nothing twice', async () => {
  const ctx = await app.tenant()
  const { tenantId } = ctx
  for (let days = 2; days <= 12; days++) await past(tenantId, days, 10, 'pat', 'delivery.stream-changed', { count: 3 })
  await past(tenantId, 1, 3, 'pat', 'delivery.stream-changed')
  await past(tenantId, 1, 10, 'kim', 'delivery.stream-deleted', { count: 25 })
  await past(tenantId, 1, 10, 'pat', 'people.person-changed', {
    delta: { before: { platformRole: null }, after: { platformRole: 'platform_admin' } },
  })
  // Older than thirty days, and today: neither counts.
  await past(tenantId, 40, 3, 'kim', 'delivery.stream-changed', { count: 30 })
  await past(tenantId, 0, 0, 'lee', 'delivery.stream-changed')
  await app.composed.audit.report()
  const rows = await sql(
    `select rule, subject, severity, count::int, evidence, day = (app.now() at time zone 'UTC')::date - 1 as yesterday from audit_anomaly where tenant_id = $1 order by rule`,
    [tenantId],
  )
  deepEqual(
    rows.map(({ rule, subject }) => `${rule} ${subject}`),
    [
      'first-time-actor person:kim',
      'many-deletions person:kim',
      'new-platform-admin person:pat',
      'unusual-hour person:pat',
    ],
  )
  deepEqual(
    rows.map(({ yesterday }) => yesterday),
    [true, true, true, true],
  )
  const [, deletions, , hour] = rows
  equal(deletions!.count, 25)
  const [event] = await sql('select action, actor_id from audit_events where tenant_id = $1 and seq = $2', [
    tenantId,
    (hour!.evidence as string[])[0],
  ])
  deepEqual([event!.action, event!.actor_id], ['delivery.stream-changed', 'pat'])
  await app.composed.audit.report()
  equal((await sql('select 1 from audit_anomaly where tenant_id = $1', [tenantId])).length, 4)
})

test('[P7] nights on which nothing ran are made up for, each day once, also by two reports at a time', async () => {
  const { tenantId } = await app.tenant()
  for (const days of [1, 2, 3, 4]) await past(tenantId, days, 10, 'op', 'operator.x', { type: 'operator' })
  await Promise.all([app.composed.audit.report(), app.composed.audit.report()])
  const days = await sql(
    `select ((app.now() at time zone 'UTC')::date - day) as ago from audit_anomaly where tenant_id = $1 order by 1`,
    [tenantId],
  )
  deepEqual(days.map(Object.values), [[1], [2], [3]])
})

test('[P7] an anomaly is open, and an alert, until somebody says what it was; the note is audited and stays', async () => {
  const { tenantId } = await app.tenant()
  await past(tenantId, 1, 10, 'op', 'operator.x', { type: 'operator' })
  await app.composed.audit.report()
  const headers = await app.key({ tenantId, scopes: ['audit:read', 'audit:acknowledge'] })
  const list = async (query = '') => (await app.http.inject({ url: `/api/v1/audit/anomalies${query}`, headers })).json()
  const { anomalies, rules } = await list()
  deepEqual(
    anomalies.map(({ rule, severity }: { rule: string; severity: string }) => [rule, severity]),
    [['operator-sql', 'HIGH']],
  )
  equal(rules.length, 10)
  await app.composed.alerts.evaluate()
  const alert = async () =>
    (
      await sql(
        `select severity, detail from alert where tenant_id = $1 and condition = 'audit_anomalies_unacknowledged'`,
        [tenantId],
      )
    ).map(Object.values)
  deepEqual(await alert(), [['HIGH', '1 to acknowledge: operator-sql.']])
  const post = (id: string, payload: object) =>
    app.http.inject({ method: 'POST', url: `/api/v1/audit/anomalies/${id}/acknowledge`, headers, payload })
  const { id } = anomalies[0]
  equal((await post(id, {})).statusCode, 422)
  equal((await post(id, { note: '  ' })).statusCode, 422)
  const both = await Promise.all([1, 2].map(() => post(id, { note: 'the repair of Tuesday' })))
  const [done, refused] = both.toSorted((a, b) => a.statusCode - b.statusCode) as [(typeof both)[0], (typeof both)[0]]
  deepEqual([done.statusCode, refused.statusCode], [200, 409], done.body)
  deepEqual([done.json().note, done.json().acknowledged_by], ['the repair of Tuesday', 'test'])
  const again = await post(id, { note: 'another' })
  equal(again.statusCode, 409)
  match(again.json().type, /audit\/already-acknowledged$/)
  deepEqual((await list()).anomalies, [])
  equal((await list('?state=acknowledged')).anomalies[0].note, 'the repair of Tuesday')
  const [event] = await sql(
    `select delta, subject from audit_events where tenant_id = $1 and action = 'audit.anomaly-acknowledged'`,
    [tenantId],
  )
  equal(event!.subject, `audit_anomaly:${id}`)
  equal((event!.delta as { after: { note: string } }).after.note, 'the repair of Tuesday')
  equal((await post('00000000-0000-7000-8000-0000000000ff', { note: 'x' })).statusCode, 404)
})
