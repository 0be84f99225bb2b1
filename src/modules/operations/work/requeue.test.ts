import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zstdCompressSync } from 'node:zlib'
import { withClient } from '#kernel/database/index.ts'
import { requeueDeadLetters, rowsAtOnce } from './requeue.ts'
import { deadLetterBench, unreadable } from './test-support.ts'

const { app, someone, withDeadLetters, manyDead, get, requeue, rowsOf, auditOf } = await deadLetterBench()

test('[Q4] one is requeued by its id; failing again it shows how often it was requeued', async () => {
  const one = await withDeadLetters(3)
  const ids = (await rowsOf(one)).map(({ id }) => Number(id))
  for (const times of [1, 2]) {
    assert.deepEqual(await requeue(one, { ids: [ids[1]] }), { dry_run: false, matched: 1, requeued: 1 })
    assert.deepEqual(
      (await rowsOf(one)).map(({ status, attempt_count }) => [status, attempt_count]),
      [
        ['dead_lettered', 1],
        ['pending', 0],
        ['dead_lettered', 1],
      ],
    )
    await app.settle()
    const { dead_letters } = await get(one, '/work/event_queue/dead-letters')
    assert.deepEqual(
      dead_letters.map((row: { requeued_count: number }) => row.requeued_count),
      [0, times, 0],
    )
  }
})

test('[Q4] what a dry run counts is what is requeued, a second time nothing is, and a mended cause lets it complete', async () => {
  const one = await withDeadLetters(4)
  await manyDead(one.ctx.tenantId, 3, 'crash')
  const filter = { error_class: unreadable }
  const dry = await requeue(one, { filter, dry_run: true })
  assert.deepEqual(dry, { dry_run: true, matched: 4, requeued: 0 })
  assert.equal(
    (await rowsOf(one)).filter(({ status }) => status === 'dead_lettered').length,
    7,
    'a dry run changes nothing',
  )
  assert.deepEqual(await auditOf(one), [], 'and there is nothing to audit')

  assert.deepEqual(await requeue(one, { filter }), { dry_run: false, matched: dry.matched, requeued: dry.matched })
  assert.deepEqual(await requeue(one, { filter }), { dry_run: false, matched: 0, requeued: 0 })
  const states = (await rowsOf(one)).map(({ status, error_class, requeued_count }) => [
    status,
    error_class,
    requeued_count,
  ])
  assert.deepEqual(states, [
    ...Array.from({ length: 4 }, () => ['pending', null, 1]),
    ...Array.from({ length: 3 }, () => ['dead_lettered', 'crash', 0]),
  ])
  // The cause is mended: the very bytes that could not be read can be.
  await app.sql(
    `update event_queue set payload_offset = 0, payload_length = 2, segment_id = s.id from
       (select id from payload_segment where tenant_id = $1 limit 1) s where tenant_id = $1 and status = 'pending'`,
    [one.ctx.tenantId],
  )
  await app.sql('update payload_segment set data = $2 where tenant_id = $1', [one.ctx.tenantId, zstdCompressSync('{}')])
  await app.settle()
  assert.equal((await rowsOf(one)).filter(({ status }) => status === 'completed').length, 4)
})

test('[Q4] a filter by the time of death takes those before or after it', async () => {
  const one = await someone()
  await manyDead(one.ctx.tenantId, 4)
  await app.sql(
    `update event_queue set finished_at = '2026-01-01T12:00:00Z'::timestamptz + (id % 4) * interval '1 day' where tenant_id = $1`,
    [one.ctx.tenantId],
  )
  const count = async (filter: object) => (await requeue(one, { filter, dry_run: true })).matched
  assert.equal(await count({ finished_before: '2026-01-02T00:00:00Z' }), 1)
  assert.equal(await count({ finished_after: '2026-01-02T00:00:00Z' }), 3)
  assert.equal(await count({ finished_after: '2026-01-02T00:00:00+00:00', finished_before: '2026-01-04T00:00:00Z' }), 2)
  assert.equal(await count({ finished_after: '2026-01-02T00:00:00Z', error_class: 'other' }), 0)
})

test('[Q4] which dead letters must be said in exactly one way: an empty choice is never all', async () => {
  const one = await withDeadLetters(2)
  const id = Number((await rowsOf(one))[0]!.id)
  for (const body of [
    {},
    { dry_run: true },
    { ids: [] },
    { filter: {} },
    { all: false },
    { ids: [id], all: true },
    { ids: [id], filter: { error_class: 'x' } },
    { filter: { error_class: 'x' }, all: true },
    { filter: { error_class: '' } },
    { filter: { tenant_id: one.ctx.tenantId } },
    { filter: { finished_before: 'yesterday' } },
    { ids: ['1'] },
    { ids: [1.5] },
    { ids: Array.from({ length: 1001 }, (_, index) => index + 1) },
  ]) {
    const problem = await requeue(one, body, 422)
    assert.equal(problem.type, '/problems/invalid-request')
    assert.ok(problem.errors.length > 0, JSON.stringify(body))
  }
  // A command has no schema in front of it.
  for (const request of [{}, { ids: [] }, { filter: {} }, { ids: [id], all: true as const }])
    await assert.rejects(
      requeueDeadLetters(app.database, () => app.composed.work, one.ctx, 'event_queue', request),
      /State (exactly|at least) one/,
    )
  assert.ok((await rowsOf(one)).every(({ status }) => status === 'dead_lettered'))
})

test('[Q4] two requeues at once requeue each dead letter once', async () => {
  const one = await someone()
  await manyDead(one.ctx.tenantId, 3000)
  const both = await Promise.all([requeue(one, { all: true }), requeue(one, { all: true })])
  assert.equal(both[0].requeued + both[1].requeued, 3000)
  const [row] = await app.sql(
    `select count(*)::int as n, min(requeued_count) as least, max(requeued_count) as most from event_queue
     where tenant_id = $1 and status = 'pending'`,
    [one.ctx.tenantId],
  )
  assert.deepEqual(row, { n: 3000, least: 1, most: 1 })
  await app.sql('delete from event_queue where tenant_id = $1', [one.ctx.tenantId])
})

test('[Q4] what fails again at once while the rest is requeued is not taken a second time', async () => {
  const one = await someone()
  const { tenantId } = one.ctx
  await manyDead(tenantId, rowsAtOnce + 200)
  // Runs after the requeue's own trigger: as if a worker took each row at once and it failed for good.
  await app.sql(`
    create function die_again() returns trigger language plpgsql as $$ begin new.status := 'dead_lettered'; return new; end $$;
    create trigger zz_die_again before update on event_queue for each row
      when (new.status = 'pending' and new.tenant_id = '${tenantId}') execute function die_again()`)
  assert.deepEqual(await requeue(one, { all: true }), {
    dry_run: false,
    matched: rowsAtOnce + 200,
    requeued: rowsAtOnce + 200,
  })
  await app.sql('drop function die_again cascade')
  assert.deepEqual(
    await app.sql(
      'select status, requeued_count, count(*)::int as n from event_queue where tenant_id = $1 group by 1, 2',
      [tenantId],
    ),
    [{ status: 'dead_lettered', requeued_count: 1, n: rowsAtOnce + 200 }],
  )
  await app.sql('delete from event_queue where tenant_id = $1', [tenantId])
})

test('[Q4] 20,000 dead letters are requeued in bounded transactions, audited at their begin and end', async () => {
  const one = await someone()
  const count = 20_000
  await manyDead(one.ctx.tenantId, count)
  const steps: number[] = []
  const result = await requeueDeadLetters(
    app.database,
    () => app.composed.work,
    one.ctx,
    'event_queue',
    { all: true },
    (done) => void steps.push(done),
  )
  assert.deepEqual(result, { dry_run: false, matched: count, requeued: count })
  assert.deepEqual(steps, [5000, 10_000, 15_000, 20_000])
  const transactions = await app.sql(
    `select count(*)::int as rows from event_queue where tenant_id = $1 and status = 'pending' group by xmin`,
    [one.ctx.tenantId],
  )
  assert.equal(transactions.length, 4)
  for (const { rows } of transactions) assert.ok(Number(rows) <= rowsAtOnce)
  const choice = { all: true }
  assert.deepEqual(
    (await auditOf(one)).map(({ action, after }) => ({ action, after })),
    [
      { action: 'operations.work-requeued', after: { choice, matched: count, requeued: 5000, continues: true } },
      { action: 'operations.work-requeue-ended', after: { choice, matched: count, requeued: count } },
    ],
  )
  await app.sql('delete from event_queue where tenant_id = $1', [one.ctx.tenantId])
})

test('[Q4] a requeue is audited once a request, with who, which and how many', async () => {
  const one = await withDeadLetters(3)
  const ids = (await rowsOf(one)).map(({ id }) => Number(id))
  await requeue(one, { ids: [ids[0], 999_999_999] })
  await requeue(one, { filter: { error_class: unreadable } })
  await requeue(one, { filter: { error_class: unreadable } })
  const subject = 'work:event_queue'
  assert.deepEqual(await auditOf(one), [
    {
      action: 'operations.work-requeued',
      actor_type: 'key',
      subject,
      after: { choice: { ids: [ids[0], 999_999_999], id_count: 2 }, matched: 1, requeued: 1, continues: false },
    },
    {
      action: 'operations.work-requeued',
      actor_type: 'key',
      subject,
      after: { choice: { filter: { error_class: unreadable } }, matched: 2, requeued: 2, continues: false },
    },
  ])
  await app.settle()
})

test('[R11] an UPDATE by hand through the operator role counts as a requeue too, and is audited', async () => {
  const one = await withDeadLetters(1)
  const id = Number((await rowsOf(one))[0]!.id)
  await withClient(app.operatorUrl, (client) =>
    client.query(`UPDATE event_queue SET status = 'pending', attempt_count = 0 WHERE id = ${id}`),
  )
  await app.settle()
  assert.deepEqual(await rowsOf(one), [
    { id, status: 'dead_lettered', attempt_count: 1, requeued_count: 1, error_class: unreadable },
  ])
  const audited = await app.sql(
    `select delta -> 'after' ->> 'requeued_count' as count from audit_events where tenant_id = $1 and action = 'update.event_queue'`,
    [one.ctx.tenantId],
  )
  assert.deepEqual(audited, [{ count: '1' }])
})
