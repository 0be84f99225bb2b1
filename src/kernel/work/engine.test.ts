import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { defineEvent, makeEventLog, subscribe } from '#kernel/events/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { drain, makeEngine, startWorker, type TransactionalWork } from './index.ts'

const db = await testDatabase({ poolMax: 10 })
// A work table and a table of effects of the test's own, made as a migration would.
await db.sql(`
  create table test_work (tenant_id uuid not null, id bigint generated always as identity, name text not null,
    status text not null default 'pending', outcome text, due_at timestamptz not null default app.now(), attempt_count integer not null default 0,
    last_error text, error_class text, lease_owner uuid, lease_until timestamptz, finished_at timestamptz, primary key (tenant_id, id));
  create table test_effect (tenant_id uuid not null, work_id bigint not null, name text not null);
  alter table test_work owner to daytwo_owner; alter table test_effect owner to daytwo_owner;
  select app.protect('test_work'), app.protect('test_effect'), app.work_table('test_work');`)
const tenant = await db.tenant()

const effect = statement({
  name: 'test.effect',
  row: noRow,
  sample: { tenantId: tenant.tenantId, id: 1, name: '' },
  sql: (p: { tenantId: string; id: number; name: string }) =>
    sql`insert into test_effect values (${p.tenantId}::uuid, ${p.id}::bigint, ${p.name}::text)`,
})

type Row = { name: string }
type Behave = (name: string, attempt: number) => Promise<void> | void
let works = 0
function workWith(behave: Behave): TransactionalWork<Row> {
  return {
    kind: 'transactional',
    name: `test-${++works}`,
    table: 'test_work',
    columns: 'w.name as "name"',
    row: z.object({ name: z.string() }),
    batch: 50,
    maxAttempts: 3,
    async handle(tx, rows) {
      for (const { id, name, attempt, tenantId } of rows) {
        await tx.run(effect, { tenantId, id, name })
        await behave(name, attempt)
      }
      return rows.map(({ name }) => ({ outcome: `did ${name}` }))
    },
  }
}
const engineFor = (behave: Behave) => makeEngine(workWith(behave) as never, db.database, silentLog)

async function enqueue(...names: string[]) {
  await db.sql('truncate test_work, test_effect')
  for (const name of names)
    await db.sql('insert into test_work (tenant_id, name) values ($1, $2)', [tenant.tenantId, name])
}
const effects = async () => (await db.sql('select name from test_effect order by name')).map(({ name }) => name)
const states = async () =>
  Object.fromEntries((await db.sql('select name, status from test_work')).map(({ name, status }) => [name, status]))
/** Waits are the database's: make every waiting row due. */
const skipWaits = () => db.sql(`update test_work set due_at = now() where status = 'pending'`)

test('[Q2] effects and completion are one transaction, with an outcome', async () => {
  await enqueue('a', 'b')
  assert.deepEqual(await drain(engineFor(() => undefined)), { completed: 2, failed: 0 })
  assert.deepEqual(await effects(), ['a', 'b'])
  assert.deepEqual(await db.sql('select outcome, attempt_count from test_work order by id'), [
    { outcome: 'did a', attempt_count: 1 },
    { outcome: 'did b', attempt_count: 1 },
  ])
})

test('[Q2] one poison row of a batch fails alone, waits between attempts, and is a dead letter after the third', async () => {
  await enqueue('good-1', 'poison', 'good-2', 'good-3')
  let attempts = 0
  const engine = engineFor((name) => {
    if (name !== 'poison') return
    attempts++
    throw new Error('cannot digest\0this')
  })
  await drain(engine)
  assert.deepEqual(await effects(), ['good-1', 'good-2', 'good-3'])
  const [waiting] = await db.sql(
    `select status, attempt_count, due_at > now() + interval '3 seconds' as waits from test_work where name = 'poison'`,
  )
  assert.deepEqual(waiting, { status: 'pending', attempt_count: 1, waits: true })
  for (const _ of [2, 3]) {
    await skipWaits()
    await drain(engine)
  }
  const [dead] = await db.sql(
    `select status, attempt_count, last_error, error_class, lease_owner from test_work where name = 'poison'`,
  )
  assert.deepEqual(dead, {
    status: 'dead_lettered',
    attempt_count: 3,
    last_error: 'cannot digest\\0this',
    error_class: 'Error',
    lease_owner: null,
  })
  assert.ok(attempts >= 3)
})

test('[Q2] a problem that cannot be helped by trying again is a dead letter at once, with its class', async () => {
  await enqueue('hopeless')
  await drain(
    engineFor(() => {
      throw new Problem(invalidRequest, 'no use')
    }),
  )
  assert.deepEqual(await db.sql('select status, attempt_count, error_class from test_work'), [
    { status: 'dead_lettered', attempt_count: 1, error_class: 'invalid-request' },
  ])
})

test('[Q2] the runbook’s requeue makes a dead letter due at once, with its attempts back, and wakes the worker', async () => {
  await enqueue('again')
  await drain(
    engineFor(() => {
      throw new Problem(invalidRequest, 'no use')
    }),
  )
  let healed = false
  const engine = engineFor(() => {
    healed = true
  })
  const worker = await startWorker([engine], db.database, silentLog, 1)
  try {
    await db.sql(`UPDATE test_work SET status = 'pending', attempt_count = 0 WHERE status = 'dead_lettered'`)
    const deadline = performance.now() + 900
    while (!healed && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10))
  } finally {
    await worker.stop()
  }
  assert.ok(healed, 'taken within a second')
  assert.deepEqual(await states(), { again: 'completed' })
})

test('[Q2] the fence: a claim whose row was taken over finds nothing to settle', async () => {
  await enqueue('contested')
  let first = true
  const behave: Behave = async () => {
    if (!first) return
    first = false
  }
  const engine = engineFor(behave)
  // Between claim and settle another owner takes the row: simulated by changing the owner when it is claimed.
  await db.sql(`create function take_over() returns trigger language plpgsql as $$ begin new.lease_owner := gen_random_uuid(); return new; end $$;
    create trigger take_over before update on test_work for each row when (new.status = 'processing' and old.status = 'pending') execute function take_over()`)
  await engine.round()
  await db.sql('drop function take_over cascade')
  assert.deepEqual(await effects(), [], 'no effect without the fence')
  assert.deepEqual(await states(), { contested: 'processing' })
  await db.sql(`update test_work set lease_until = now() - interval '1 second'`)
  assert.equal(await engine.reclaim(), 1)
  await drain(engine)
  assert.deepEqual(await effects(), ['contested'])
})

test('[Q2] a row that was being processed when its owner died is claimed alone, so that its neighbours do not pay', async () => {
  await enqueue('n1', 'n2', 'n3')
  await db.sql(`update test_work set attempt_count = 1`)
  const engine = engineFor(() => undefined)
  assert.equal((await engine.round()).claimed, 1)
})

test('rows of several tenants are settled in transactions of their own', async () => {
  const other = await db.tenant()
  await enqueue('mine')
  await db.sql('insert into test_work (tenant_id, name) values ($1, $2)', [other.tenantId, 'theirs'])
  await drain(engineFor(() => undefined))
  assert.deepEqual(await db.sql('select tenant_id, name from test_effect order by name'), [
    { tenant_id: tenant.tenantId, name: 'mine' },
    { tenant_id: other.tenantId, name: 'theirs' },
  ])
})

test('two engines beside each other do everything once', async () => {
  await enqueue(...Array.from({ length: 300 }, (_, index) => `row-${index}`))
  const slow: Behave = () => undefined
  await Promise.all([drain(engineFor(slow)), drain(engineFor(slow))])
  assert.equal((await effects()).length, 300)
  assert.equal(new Set(await effects()).size, 300)
})

test('the event log gives each subscriber a row in the publisher’s transaction, and none when it rolls back', async () => {
  const event = defineEvent({ name: 'test.said', summary: '', payload: z.object({ n: z.number() }) })
  const heard: number[][] = []
  const log = makeEventLog()
  const one = subscribe('test.one', event, async (_, payloads) => {
    heard.push(payloads.map(({ n }) => n))
    return 'heard'
  })
  const two = subscribe('test.two', event, async () => 'heard')
  log.connect([one, two])
  await db.database.tenantTx(tenant, async (tx) => {
    for (const n of [1, 2, 3]) await log.publish(tx, event, { n })
  })
  await assert.rejects(
    db.database.tenantTx(tenant, async (tx) => {
      await log.publish(tx, event, { n: 4 })
      throw new Error('no')
    }),
    /no/,
  )
  const engines = [one, two].map(({ work }) => makeEngine(work as never, db.database, silentLog))
  for (const engine of engines) await drain(engine)
  assert.deepEqual(heard, [[1, 2, 3]])
  assert.deepEqual(
    await db.sql(
      `select subscriber, count(*)::int as n, min(status) as status from subscription_work group by 1 order by 1`,
    ),
    [
      { subscriber: 'test.one', n: 3, status: 'completed' },
      { subscriber: 'test.two', n: 3, status: 'completed' },
    ],
  )
})
