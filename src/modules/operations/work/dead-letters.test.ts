import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deadLetterBench, unreadable } from './test-support.ts'

const { app, someone, withDeadLetters, manyDead, get, requeue, rowsOf } = await deadLetterBench()

test('[Q4] dead letters are listed newest first with their reasons, page by page, and counted by class', async () => {
  const one = await withDeadLetters(5)
  await manyDead(one.ctx.tenantId, 2, 'crash')
  const first = await get(one, '/work/event_queue/dead-letters?limit=4')
  assert.deepEqual(first.groups, [
    { error_class: unreadable, count: 5 },
    { error_class: 'crash', count: 2 },
  ])
  const second = await get(one, `/work/event_queue/dead-letters?limit=4&cursor=${first.next_cursor}`)
  const seen = [...first.dead_letters, ...second.dead_letters]
  assert.deepEqual(
    seen.map(({ id }) => id),
    (await rowsOf(one)).map(({ id }) => id).reverse(),
  )
  assert.equal(second.next_cursor, null)
  const oldest = seen.at(-1)
  assert.match(oldest.summary, /^github push /)
  assert.match(oldest.last_error, /^Malformed payload: /)
  assert.deepEqual([oldest.error_class, oldest.attempts, oldest.requeued_count], [unreadable, 1, 0])
  assert.ok(Date.parse(oldest.finished_at))
  const ofClass = await get(one, '/work/event_queue/dead-letters?error_class=crash')
  assert.deepEqual(
    ofClass.dead_letters.map((row: { error_class: string }) => row.error_class),
    ['crash', 'crash'],
  )
})

test('[Q4] payload and error of a dead letter can be inspected, as they were signed', async () => {
  const one = await someone()
  await one.send('{"broken": "\u0007ü')
  await app.settle()
  const [{ id }] = (await get(one, '/work/event_queue/dead-letters')).dead_letters
  const row = await get(one, `/work/event_queue/rows/${id}`)
  assert.equal(row.payload, '{"broken": "\u0007ü')
  assert.deepEqual(
    [row.work, row.status, row.attempts, row.max_attempts, row.error_class],
    ['event_queue', 'dead_lettered', 1, 3, unreadable],
  )
  await get(one, '/work/event_queue/rows/999999999', 404)
  // What lost its payload can be looked at all the same.
  await manyDead(one.ctx.tenantId, 1, 'crash')
  const [lost] = (await get(one, '/work/event_queue/dead-letters?error_class=crash')).dead_letters
  assert.equal((await get(one, `/work/event_queue/rows/${lost.id}`)).payload, null)
  assert.equal((await get(one, `/events/${lost.id}`)).payload, '')
})

test('[Q4] an unknown work is a 404 that names those that exist; schedules are none of them', async () => {
  const one = await someone()
  for (const name of ['nope', 'schedule', 'event_queue%20']) {
    const problem = await get(one, `/work/${name}/dead-letters`, 404)
    assert.match(problem.detail, /event_queue/)
    assert.match(problem.detail, /delivery-dora\.roll-up/)
    await get(one, `/work/${name}/rows/1`, 404)
    await requeue(one, { all: true }, 404, name)
  }
})

test('[Q4] another tenant’s dead letters are not seen, not found and not touched', async () => {
  const [alpha, beta] = [await withDeadLetters(2), await someone()]
  const id = Number((await rowsOf(alpha))[0]!.id)
  assert.deepEqual((await get(beta, '/work/event_queue/dead-letters')).dead_letters, [])
  await get(beta, `/work/event_queue/rows/${id}`, 404)
  for (const choice of [{ ids: [id] }, { all: true }, { filter: { error_class: unreadable } }])
    assert.deepEqual(await requeue(beta, choice), { dry_run: false, matched: 0, requeued: 0 })
  assert.ok(
    (await rowsOf(alpha)).every(({ status, requeued_count }) => status === 'dead_lettered' && requeued_count === 0),
  )
  const { work } = await get(beta, '/work')
  assert.ok(work.every((row: { dead_lettered: number }) => row.dead_lettered === 0))
})

test('[Q4] looking needs queue:read, requeueing queue:write', async () => {
  const one = await withDeadLetters(1)
  const reader = { headers: await app.key({ tenantId: one.ctx.tenantId, scopes: ['queue:read'] }) }
  const writer = { headers: await app.key({ tenantId: one.ctx.tenantId, scopes: ['queue:write'] }) }
  assert.equal((await get(reader, '/work/event_queue/dead-letters')).dead_letters.length, 1)
  await requeue(reader, { all: true }, 403)
  await requeue(reader, { all: true, dry_run: true }, 403)
  await get(writer, '/work/event_queue/dead-letters', 403)
  await get(reader, '/work/history', 403)
  await get(reader, '/database-report', 403)
  // A command meets the use cases without a route in front.
  const { operations } = app.composed
  const without = (permission: string) => ({ ...one.ctx, permissions: new Set([permission]) })
  await assert.rejects(
    operations.requeueDeadLetters(without('queue:read'), 'event_queue', { all: true }),
    /lacks the permission queue:write/,
  )
  for (const looking of [
    operations.listWork(without('queue:write')),
    operations.listDeadLetters(without('queue:write'), 'event_queue', {}),
    operations.readWorkRow(without('queue:write'), 'event_queue', 1),
  ])
    await assert.rejects(looking, /lacks the permission queue:read/)
  assert.equal((await requeue(writer, { all: true })).requeued, 1)
  await app.settle()
})

test('[Q4] a subscriber’s dead letter is listed, shows the event it was told, and is requeued like any other', async () => {
  const one = await someone()
  const { tenantId } = one.ctx
  const work = 'delivery.derive'
  const [event] = await app.sql(
    `insert into domain_event (tenant_id, name, payload) values ($1, 'delivery.facts-recorded', '{"repositories": "not a list"}') returning id`,
    [tenantId],
  )
  await app.sql('insert into subscription_work (tenant_id, event_id, subscriber) values ($1, $2, $3)', [
    tenantId,
    event!.id,
    work,
  ])
  for (let attempt = 0; attempt < 5; attempt++) {
    await app.settle()
    await app.sql(`update subscription_work set due_at = now() where tenant_id = $1 and status = 'pending'`, [tenantId])
  }
  const of = (rows: { name: string }[]) => rows.find(({ name }) => name === work) as Record<string, unknown> | undefined
  assert.equal(of((await get(one, '/work')).work)!.dead_lettered, 1)
  const { groups, dead_letters } = await get(one, `/work/${work}/dead-letters`)
  assert.deepEqual(groups, [{ error_class: 'ZodError', count: 1 }])
  assert.match(dead_letters[0].summary, /^delivery\.facts-recorded .*not a list/)
  assert.equal(dead_letters[0].attempts, 5)
  const row = await get(one, `/work/${work}/rows/${dead_letters[0].id}`)
  assert.deepEqual(JSON.parse(row.payload), { repositories: 'not a list' })
  await get(one, `/work/delivery-dora.roll-up/rows/${dead_letters[0].id}`, 404)
  assert.equal((await requeue(one, { all: true }, 200, 'delivery-dora.roll-up')).matched, 0, 'another subscriber’s')

  await app.sql(
    `update domain_event set payload = '{"repositories": [], "incidents": []}' where tenant_id = $1 and id = $2`,
    [tenantId, event!.id],
  )
  assert.equal((await requeue(one, { ids: [dead_letters[0].id] }, 200, work)).requeued, 1)
  await app.settle()
  assert.equal((await get(one, `/work/${work}/rows/${dead_letters[0].id}`)).status, 'completed')
})

test('[R11] /work says what is pending, due, held and dead of the caller’s own', async () => {
  const one = await someone()
  await manyDead(one.ctx.tenantId, 10)
  await app.sql(
    `update event_queue set status = case when n <= 5 then 'pending' when n = 6 then 'processing' else status end,
       due_at = case when n <= 2 then now() - interval '10 minutes' else now() + interval '1 hour' end,
       attempt_count = n % 2, finished_at = case when n > 6 then finished_at end
     from (select id as event, row_number() over (order by id) as n from event_queue where tenant_id = $1) o where id = event and tenant_id = $1`,
    [one.ctx.tenantId],
  )
  // Requeueing by hand made the five due; put their times as they were meant.
  await app.sql(
    `update event_queue set due_at = now() + interval '1 hour' where tenant_id = $1 and status = 'pending' and id not in
       (select id from event_queue where tenant_id = $1 order by id limit 2)`,
    [one.ctx.tenantId],
  )
  const { work } = await get(one, '/work')
  assert.ok(!work.some(({ name }: { name: string }) => name === 'schedule'))
  const { oldest_due_at, ...queue } = work.find(({ name }: { name: string }) => name === 'event_queue')
  assert.deepEqual(queue, {
    name: 'event_queue',
    table: 'event_queue',
    pending: 5,
    due: 2,
    processing: 1,
    dead_lettered: 4,
  })
  assert.ok(Date.now() - Date.parse(oldest_due_at) < 60_000)
  await app.sql('delete from event_queue where tenant_id = $1', [one.ctx.tenantId])
})

test('[R11] the history of the last minutes is the installation’s', async () => {
  await app.sql(`insert into work_minute (work, minute, completed, failed, due, active, dead) values
    ('event_queue', date_trunc('minute', now()) - interval '2 minutes', 7, 1, 3, 2, 4),
    ('event_queue', date_trunc('minute', now()) - interval '5 hours', 1, 1, 1, 1, 1)`)
  const one = await someone()
  const { minutes, points } = await get(one, '/work/history')
  assert.equal(minutes, 180)
  assert.deepEqual(
    points.map(({ at: _, ...point }: { at: string }) => point),
    [{ work: 'event_queue', completed: 7, failed: 1, due: 3, dead: 4 }],
  )
  assert.equal((await get(one, '/work/history?minutes=600')).points.length, 2)
  for (const bad of ['0', '1441', 'x', '']) await get(one, `/work/history?minutes=${bad}`, 422)
})

test('[R11] the database report names connections, sizes and index use', async () => {
  const report = await get(await someone(), '/database-report')
  assert.ok(report.connections.some(({ application }: { application: string }) => application.includes('test')))
  assert.ok(report.tables.some(({ table }: { table: string }) => table === 'event_queue'))
  assert.ok(
    'slow_statements' in report && Array.isArray(report.unused_indexes) && Array.isArray(report.missing_indexes),
  )
})
