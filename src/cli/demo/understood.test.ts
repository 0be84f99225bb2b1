import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeEventLog } from '#kernel/events/index.ts'
import { drain, makeEngine } from '#kernel/work/index.ts'
import { deliveryFacts } from '#modules/delivery/facts/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { teams } from './company.ts'
import { demoHistory } from './index.ts'

const db = await testDatabase()
const batch = 200

test('[R3] every event of the demo becomes facts: deployments with changes, failures that recover, incidents', async () => {
  const ctx = await db.tenant()
  const eventLog = makeEventLog()
  const facts = deliveryFacts.start({ database: db.database, eventLog, hashPerson: (login) => login })
  eventLog.connect(facts.subscribers!)
  const events = demoHistory('understood', 100, new Date('2026-06-20T12:00:00Z')).map((event, at) => ({
    id: at + 1,
    source: event.source,
    type: event.type,
    deliveryId: event.deliveryId,
    enqueuedAt: event.at,
    payload: JSON.parse(JSON.stringify(event.payload)) as unknown,
  }))
  for (const processor of facts.port.processors) {
    const own = events.filter(({ source }) => source === processor.source)
    for (let from = 0; from < own.length; from += batch) {
      const some = own.slice(from, from + batch)
      const outcomes = await db.database.tenantTx(ctx, (tx) => processor.process(tx, some))
      outcomes.forEach(({ outcome }, at) => {
        assert.equal(outcome, 'recorded', JSON.stringify(some[at]))
      })
    }
  }
  for (const { work } of facts.subscribers!) await drain(makeEngine(work as never, db.database, silentLog))

  const rows = await db.sql(
    `select d.repository, count(distinct d.id)::int as deployments, count(c.sha)::int as changes,
       count(*) filter (where c.lead_seconds < 0)::int as negative
     from deployment_records d left join changes c on c.tenant_id = d.tenant_id and c.deployment_id = d.id
     where d.tenant_id = $1 and d.counted group by d.repository order by d.repository`,
    [ctx.tenantId],
  )
  assert.deepEqual(
    rows.map(({ repository }) => repository),
    teams.flatMap(({ repositories }) => repositories.map(({ name }) => `acme/${name}`)).sort(),
  )
  for (const { repository, deployments, changes, negative } of rows) {
    assert.ok((deployments as number) >= 8 && (changes as number) >= 15, `${repository}: ${deployments}, ${changes}`)
    assert.equal(negative, 0)
  }
  const causes = await db.sql(
    'select cause, count(*)::int as n, count(recovered_at)::int as recovered from deployment_failures where tenant_id = $1 group by 1',
    [ctx.tenantId],
  )
  assert.deepEqual(causes.map(({ cause }) => cause).sort(), ['hotfix', 'incident', 'revert', 'rollback'])
  assert.ok(causes.every(({ recovered }) => (recovered as number) > 0))
  const methods = await db.sql('select distinct method from incidents where tenant_id = $1', [ctx.tenantId])
  assert.ok(methods.length >= 3, 'incidents attributed in several ways')
})
