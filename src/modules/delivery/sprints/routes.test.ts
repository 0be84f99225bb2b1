import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { became, created, moved, sized, sprintBench, sprintFact } from './test-bench.ts'

const { sql, tenant, tell, asked, velocity, sprint, stream } = await sprintBench()

/** Three sprints of two weeks; in each, one item of SHOP is done and one of PAY is not. */
async function threeSprints(ctx: Parameters<typeof tell>[0]) {
  for (const [id, from, to] of [
    [1, '01', '08'],
    [2, '08', '15'],
    [3, '15', '22'],
  ] as const) {
    const [shop, pay] = [`SHOP-${id}`, `PAY-${id}`]
    await tell(
      ctx,
      ...[shop, pay].flatMap((key) => [created(key, `${from}T08:00`), moved(key, `${from}T08:30`, '', String(id))]),
      sized(shop, `${from}T08:40`, 2 + id),
      sprintFact(id, 'started', `${from}T10:00`),
      became(shop, `${from}T18:00`, 'done'),
      sprintFact(id, 'closed', `${to}T09:00`),
    )
  }
}

test('[D8] velocity has its definition, window, coverage and what is missing, and no value below three sprints', async () => {
  const ctx = await tenant()
  const nothing = await velocity(ctx)
  deepEqual(
    [nothing.velocity.points, nothing.coverage, nothing.total, nothing.sprints, nothing.open],
    [{ mean: null, median: null, n: 0, state: 'insufficient_data' }, null, 0, [], { total: 0, sprints: [] }],
  )
  await threeSprints(ctx)
  const reply = await velocity(ctx)
  equal(reply.definition, 'sprints/velocity@1')
  deepEqual(reply.velocity.points, { mean: 4, median: 4, n: 3, state: 'low_confidence' })
  deepEqual(reply.say_do.items, { value: 0.5, n: 3, state: 'low_confidence' })
  deepEqual([reply.from, reply.to, reply.coverage, reply.total], ['2026-01-01', '2026-12-31', 1, 3])
  deepEqual(reply.missing, { without_start: 0, reconstructed: 0, items_without_points: 3 })
  deepEqual(
    reply.sprints.map((one) => [one.sprint, one.name, one.board]),
    [
      [3, 'Sprint 3', 3],
      [2, 'Sprint 2', 3],
      [1, 'Sprint 1', 3],
    ],
  )
  const cut = await velocity(ctx, { from: '2026-03-10', to: '2026-03-31', interval: 'week' })
  deepEqual([cut.total, cut.velocity.points.state], [2, 'insufficient_data'])
})

test('[D8] a sprint that closes at midnight belongs to the day that begins', async () => {
  const ctx = await tenant('Europe/Berlin')
  await tell(ctx, created('SHOP-1', '01T08:00'), moved('SHOP-1', '01T08:30', '', '1'))
  await tell(ctx, sprintFact(1, 'started', '01T10:00'), sprintFact(1, 'closed', '09T23:00'))
  const totals = ['2026-03-09', '2026-03-10', '2026-03-11'].map(async (day) => {
    const { total } = await velocity(ctx, { from: day, to: day })
    return total
  })
  deepEqual(await Promise.all(totals), [0, 1, 0])
})

test('[D8] a stream has its own items of a shared sprint; a key that is limited to it must name it', async () => {
  const ctx = await tenant()
  await threeSprints(ctx)
  await stream(ctx, 'pay', 'pay')
  await stream(ctx, 'none', 'other')
  const pay = await velocity(ctx, { stream: 'pay' })
  // Nobody gives points there: they are counted, not summed.
  deepEqual([pay.velocity.items.mean, pay.velocity.points.n, pay.total], [0, 0, 3])
  deepEqual(pay.sprints[0]!.figures.committed, { items: 1, points: null })
  equal((await velocity(ctx, { stream: 'none' })).total, 0)
  deepEqual(
    (await sprint(ctx, 1, { stream: 'pay' })).items.map(({ key, outcome }) => `${key} ${outcome}`),
    ['PAY-1 not_completed'],
  )
  equal((await asked(ctx, '/sprints/1', { stream: 'none' })).status, 404)
  equal((await asked(ctx, '/metrics/velocity', { stream: 'nowhere' })).status, 404)
  const sizes = async (query: Record<string, string>) =>
    (await sprint(ctx, 1, query)).revisions.map((one) => [
      one.kind,
      one.items,
      one.points,
      one.completed_items,
      one.completed_points,
    ])
  deepEqual(await sizes({}), [
    ['close', 2, 3, 1, 3],
    ['start', 2, 3, null, null],
  ])
  deepEqual(await sizes({ stream: 'pay' }), [
    ['close', 1, null, 0, null],
    ['start', 1, null, null, null],
  ])
  await stream(ctx, 'shop', 'shop')
  deepEqual(await sizes({ stream: 'shop' }), [
    ['close', 1, 3, 1, 3],
    ['start', 1, 3, null, null],
  ])
  const limited = { ...ctx, streams: new Set(['pay']) }
  equal((await asked(limited, '/metrics/velocity')).status, 403)
  equal((await asked(limited, '/sprints/1')).status, 403)
  equal((await velocity(limited, { stream: 'pay' })).total, 3)
})

test('[D8] a sprint names what happened to each item and the facts that say so', async () => {
  const ctx = await tenant()
  await threeSprints(ctx)
  const one = await sprint(ctx, 1)
  const done = one.items.find(({ key }) => key === 'SHOP-1')!
  deepEqual([done.outcome, done.committed, done.points_at_start, done.points], ['completed', true, 3, 3])
  deepEqual(
    done.receipts.map(({ field, to }) => `${field} ${to}`),
    ['sprint 1', 'points 3', 'status_category done'],
  )
  deepEqual(one.burn_up!.map(({ day, completed }) => `${day} ${completed.points}`).slice(0, 2), [
    '2026-03-01 3',
    '2026-03-02 3',
  ])
  equal(one.burn_up!.length, 8)
  for (const id of ['9', 'x', '0x1', '99999999999999999999'])
    equal((await asked(ctx, `/sprints/${id}`)).status, 404, id)
  const wrong = await asked(ctx, '/sprints/1', { close_revision: '2' })
  equal(wrong.status, 422)
  match(JSON.stringify(wrong.body), /query\/close_revision/)
  equal((await asked(ctx, '/sprints/1', { start_revision: '0' })).status, 422)
  equal((await asked(await tenant(), '/sprints/1')).status, 404)
})

test('[D8] a sprint that runs shows what is done so far', async () => {
  const ctx = await tenant()
  await tell(
    ctx,
    created('SHOP-1', '01T08:00'),
    moved('SHOP-1', '01T08:30', '', '4'),
    sized('SHOP-1', '01T08:40', 3),
    created('SHOP-2', '01T08:00'),
    moved('SHOP-2', '02T08:30', '', '4'),
    sprintFact(4, 'started', '01T10:00'),
  )
  const before = await velocity(ctx)
  deepEqual([before.open.total, before.open.sprints[0]!.figures.completed], [1, { items: 0, points: 0 }])
  await tell(ctx, became('SHOP-1', '03T08:00', 'done'))
  const { figures, day } = (await velocity(ctx)).open.sprints[0]!
  deepEqual(
    [figures.committed, figures.completed, figures.added],
    [
      { items: 1, points: 3 },
      { items: 1, points: 3 },
      { items: 1, points: 0 },
    ],
  )
  const [elapsed] = await sql(`select (app.now() at time zone 'UTC')::date - date '2026-03-01' + 1 as days`)
  equal(day, elapsed!.days)
  await stream(ctx, 'other', 'pay')
  equal((await velocity(ctx, { stream: 'other' })).open.total, 0)
  await tell(ctx, created('PAY-9', '01T08:00'), moved('PAY-9', '04T08:30', '', '4'))
  const [shared] = (await velocity(ctx, { stream: 'other' })).open.sprints
  deepEqual([shared!.figures.committed!.items, shared!.figures.added], [0, { items: 1, points: null }])
  deepEqual(
    (await sprint(ctx, 4, { stream: 'other' })).items.map(({ key }) => key),
    ['PAY-9'],
  )
  equal((await sprint(ctx, 4)).items.length, 3)
})
