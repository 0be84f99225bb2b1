import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { invalidRequest, Problem } from '#kernel/errors/index.ts'
import { defineEvent, makeEventLog, subscribe } from '#kernel/events/index.ts'
import { noRow, sql, statement } from '#kernel/sql/index.ts'
import { silentLog, testDatabase } from '#test/support/database.ts'
import { drain, type Engine, makeEngine, startWorker, type TransactionalWork } from './index.ts'

const db = await testDatabase({ poolMax: 10 })
// A work table and a table of effects of the test's own, made as a migration would.
await db.sql(`
  create table test_work (tenant_id uuid not null, id bigint generated always as identity, name text not null,
    status text not null default 'pending', outcome text, due_at timestamptz not null default app.now(), attempt_count integer not null default 0,
    last_error text, error_class text, lease_owner uuid, finished_at timestamptz, primary key (tenant_id, id));
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

test('[Q2] the fence: an owner whose rows were taken over meanwhile changes nothing', async () => {
  await enqueue('contested')
  let first = true
  const work = workWith(async () => {
    if (!first) return
    first = false
    await db.sql(`update work_claim set lease_until = now() - interval '1 second'`)
    assert.equal(await next.reclaim(), 1)
    assert.deepEqual(await next.round('tried'), { claimed: 1, completed: 1, failed: 0 })
  })
  const [late, next] = [0, 1].map(() => makeEngine(work as never, db.database, silentLog)) as [Engine, Engine]
  assert.deepEqual(await late.round('fresh'), { claimed: 1, completed: 0, failed: 0 })
  assert.deepEqual(await effects(), ['contested'], 'done once, by the one that took it over')
  assert.deepEqual(await db.sql('select attempt_count from test_work'), [{ attempt_count: 2 }])
  assert.deepEqual(await db.sql('select id from work_claim'), [], 'both claims have ended')
})

test('[Q2] a claim that lost some of its rows does the others and nothing of the lost ones', async () => {
  await enqueue('kept-1', 'taken', 'kept-2')
  let taken = false
  const engine = engineFor(async () => {
    if (taken) return
    taken = true
    await db.sql(`update test_work set lease_owner = gen_random_uuid() where name = 'taken'`)
  })
  assert.deepEqual(await engine.round('fresh'), { claimed: 3, completed: 2, failed: 0 })
  assert.deepEqual(await effects(), ['kept-1', 'kept-2'])
  assert.equal((await states()).taken, 'processing')
})

test('[Q2] a handler that never ends fails at the time limit; its neighbours are done, and it is a dead letter alone', async () => {
  await enqueue('a', 'endless', 'b')
  const late: Promise<string>[] = []
  const work = {
    ...workWith((name) => (name === 'endless' ? new Promise(() => undefined) : undefined)),
    timeLimitMs: 150,
  }
  const handle = work.handle
  work.handle = (tx, rows) => {
    const done = handle(tx, rows)
    // What the handler does after its time: it meets an ended transaction, not somebody else's.
    if (rows.some(({ name }) => name === 'endless'))
      late.push(
        new Promise((resolve) => setTimeout(resolve, 300))
          .then(() => tx.run(effect, { tenantId: tenant.tenantId, id: 1, name: 'late' }))
          .then(String, (error) => error.message),
      )
    return done
  }
  const engine = makeEngine(work as never, db.database, silentLog)
  await engine.round('fresh')
  assert.deepEqual(await effects(), [], 'the batch waited for the endless one and was rolled back')
  await drain(engine)
  assert.deepEqual(await effects(), ['a', 'b'])
  for (const _ of [2, 3]) {
    await skipWaits()
    await drain(engine)
  }
  assert.deepEqual(await db.sql(`select status, error_class from test_work where name = 'endless'`), [
    { status: 'dead_lettered', error_class: 'timeout' },
  ])
  for (const one of late) assert.match(await one, /after its transaction had ended/)
  assert.deepEqual(await effects(), ['a', 'b'])
})

test('[Q2] tenants take turns: one with a backlog does not make the others wait for it', async () => {
  const others = await Promise.all(Array.from({ length: 6 }, () => db.tenant()))
  await enqueue()
  await db.sql(`insert into test_work (tenant_id, name) select $1, 'backlog' from generate_series(1, 500)`, [
    tenant.tenantId,
  ])
  for (const { tenantId } of others)
    await db.sql('insert into test_work (tenant_id, name) values ($1, $2)', [tenantId, 'few'])
  const engine = engineFor(() => undefined)
  for (let round = 0; round < 7; round++) await engine.round('fresh')
  assert.equal((await effects()).filter((name) => name === 'few').length, 6)
})

test('rows given back cost no attempt, and who had them changes nothing any more', async () => {
  await enqueue('slow')
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const engine = engineFor(async () => {
    begin()
    await released
  })
  const round = engine.round('fresh')
  await begun
  await engine.release()
  release()
  await round
  assert.deepEqual(await effects(), [])
  assert.deepEqual(await db.sql('select status, attempt_count from test_work'), [
    { status: 'pending', attempt_count: 0 },
  ])
})

test('[Q2] a clock that is set back strands nothing: only what a right clock can have written goes on waiting', async () => {
  await enqueue('crashed', 'failed once', 'failed twice', 'waits rightly')
  const wait = (name: string, errorClass: string, attempts: number, seconds: number) =>
    db.sql(
      `update test_work set error_class = $2, attempt_count = $3, due_at = now() + $4 * interval '1 second' where name = $1`,
      [name, errorClass, attempts, seconds],
    )
  await wait('crashed', 'crash', 1, 4)
  await wait('failed once', 'internal', 1, 10)
  await wait('failed twice', 'internal', 2, 600)
  await wait('waits rightly', 'internal', 2, 30)
  await engineFor(() => undefined).reclaim()
  const waiting = await db.sql('select name from test_work where due_at > now()')
  assert.deepEqual(waiting, [{ name: 'waits rightly' }])
})

test('[Q2] rows of an owner that died are claimed a few at a time, and alone before their last attempt', async () => {
  await enqueue(...Array.from({ length: 30 }, (_, index) => `row-${index}`))
  await db.sql(`update test_work set attempt_count = 1, error_class = 'crash', due_at = now() - interval '1 minute'`)
  await db.sql(`update test_work set attempt_count = 2, due_at = now() where name in ('row-3', 'row-4')`)
  const engine = engineFor(() => undefined)
  assert.equal((await engine.round('fresh')).claimed, 0, 'they are not fresh')
  const claimed = []
  for (let round = 0; round < 5; round++) claimed.push((await engine.round('tried')).claimed)
  assert.deepEqual(claimed, [25, 3, 1, 1, 0])
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

test('[D15] draining for a time ends though something is always due', async () => {
  await enqueue('row-0')
  let rows = 0
  const engine = engineFor(async () => {
    await db.sql('insert into test_work (tenant_id, name) values ($1, $2)', [tenant.tenantId, `row-${++rows}`])
  })
  const { completed } = await drain(engine, undefined, 300)
  assert.ok(completed > 0 && rows === completed, `${completed} of ${rows}`)
})
