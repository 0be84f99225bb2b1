import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { history, incoming, type Sent, seeded } from '../facts/test-support.ts'
import { flowBench, itemFacts } from './test-bench.ts'

const { database, sql, tenant, eventLog, facts, flow, insert, settle, items, stream } = await flowBench()

/** Sends events as intake does, in batches of one source. */
async function receive(ctx: { tenantId: string }, sent: readonly Sent[], batch: number) {
  for (const processor of facts.port.processors) {
    const own = sent.filter(({ source }) => source === processor.source)
    for (let at = 0; at < own.length; at += batch)
      await database.tenantTx(ctx, (tx) => processor.process(tx, incoming(own.slice(at, at + batch))))
  }
}

test('[D10] items are the same whatever the order, the batches and the repetition of events', async () => {
  const sent = history(7, 30)
  const [once, again] = [await tenant(), await tenant()]
  await receive(once, sent, 50)
  await settle()
  const random = seeded(3)
  const shuffled = random.shuffled([...sent, ...sent.slice(0, 60)])
  await receive(again, shuffled.slice(0, 100), 9)
  await settle()
  await receive(again, shuffled.slice(100), 40)
  await settle()
  const expected = await items(once)
  ok(
    expected.length > 20 && expected.some(({ finished_at }) => finished_at) && expected.some((item) => item.deleted_at),
  )
  deepEqual(await items(again), expected)
  match(await flow.port.selfCheck(), /^\d+ work items checked, 0 differed/)
})

test('[D10] the event of a batch names its work items, and only those are derived', async () => {
  const ctx = await tenant()
  await insert(ctx, itemFacts('OLD-1', '2026-03-01T10:00Z'))
  await receive(ctx, history(5, 3), 100)
  await settle()
  const keys = (await items(ctx)).map(({ item_key }) => item_key)
  ok(keys.length > 0 && !keys.includes('OLD-1') && !keys.some((key) => String(key).startsWith('sprint:')))
  match(await flow.port.selfCheck(), / 1 differed/)
})

test('[D10] facts older than the module become items with the first self-check; what differs is repaired and counted', async () => {
  const ctx = await tenant()
  await insert(ctx, [
    ...itemFacts('SHOP-1', '2026-03-01T10:00Z', ['new', '2026-03-01T10:00Z'], ['done', '2026-03-02T10:00Z']),
    ...itemFacts('acme/shop#7', '2026-03-01T10:00Z', ['closed', '2026-03-05T10:00Z']),
    {
      item_key: 'sprint:4',
      external_id: 'started:1',
      project_key: 'board:1',
      action: 'started',
      occurred_at: '2026-03-01T10:00Z',
    },
  ])
  match(await flow.port.selfCheck(), / 2 differed/)
  deepEqual(
    (await items(ctx)).map(({ item_key, status_category }) => [item_key, status_category]),
    [
      ['acme/shop#7', 'done'],
      ['SHOP-1', 'done'],
    ],
  )
  await sql(`update work_items set finished_at = null where tenant_id = $1 and item_key = 'SHOP-1'`, [ctx.tenantId])
  await sql(`delete from work_item_events where tenant_id = $1 and source = 'github'`, [ctx.tenantId])
  match(await flow.port.selfCheck(), / 2 differed/)
  deepEqual(
    (await items(ctx)).map(({ item_key, finished_at }) => [item_key, finished_at]),
    [['SHOP-1', '2026-03-02T10:00:00+00:00']],
  )
  match(await flow.port.selfCheck(), / 0 differed/)
})

test('[D10] purged facts leave their item as it was, and later facts go on from there', async () => {
  const ctx = await tenant()
  const of = [ctx.tenantId]
  const life = itemFacts(
    'SHOP-1',
    '2025-03-01T10:00Z',
    ['new', '2025-03-01T10:00Z'],
    ['indeterminate', '2025-03-02T10:00Z'],
    ['done', '2025-03-04T10:00Z'],
    ['indeterminate', '2025-03-05T10:00Z'],
    ['done', '2025-03-06T10:00Z'],
  )
  await insert(ctx, life.slice(0, 4))
  await flow.port.selfCheck()
  const [policy] = facts.retention!.filter(({ table }) => table === 'work_item_events')
  const purge = (condition: string) =>
    database.tenantTx(ctx, async (tx) => {
      const rows = await sql(
        `select to_jsonb(e) as row from work_item_events e where tenant_id = $1 and ${condition}`,
        of,
      )
      const going = rows.map(({ row }) => row as Record<string, unknown>)
      await policy!.beforePurge!(tx, going)
      return going
    })
  const shown = async () => (await items(ctx)).map(({ sealed_history: _, ...item }) => item)
  const before = await shown()
  const going = await purge(`occurred_at < '2025-03-04'`)
  equal(going.length, 3)
  await sql(`delete from work_item_events where tenant_id = $1 and occurred_at < '2025-03-04'`, of)
  match(await flow.port.selfCheck(), / 0 differed/)
  deepEqual(await shown(), before)

  await insert(ctx, life.slice(4))
  await flow.port.selfCheck()
  await purge('true')
  await sql(`delete from work_item_events where tenant_id = $1`, of)
  match(await flow.port.selfCheck(), / 0 differed/)
  const [item] = await items(ctx)
  deepEqual(
    [item!.created_at, item!.started_at, item!.finished_at, item!.reopened, item!.active_seconds],
    ['2025-03-01T10:00:00+00:00', '2025-03-02T10:00:00+00:00', '2025-03-06T10:00:00+00:00', 1, 3 * 86_400],
  )
  // Put back from the archive: the same facts again.
  const lines = [...going].map((row) => JSON.stringify(row))
  await policy!.replay!.write(ctx.tenantId, lines)
  await settle()
  deepEqual(await items(ctx), [item])
})

test('[D10] throughput has every day of the tenant’s zone, idle ones too, of a stream or of everything', async () => {
  const ctx = await tenant('America/New_York')
  await stream(ctx, 'web', ['jira_project', 'shop'], ['repository', 'acme/pay'], ['service', 'acme/tool'])
  await insert(ctx, [
    // 03:30 UTC on the 3rd is still the 2nd in New York.
    ...itemFacts('SHOP-1', '2026-03-01T12:00Z', ['indeterminate', '2026-03-02T12:00Z'], ['done', '2026-03-03T03:30Z']),
    ...itemFacts('SHOP-2', '2026-03-02T12:00Z', ['indeterminate', '2026-03-02T13:00Z']),
    ...itemFacts('acme/pay#1', '2026-03-02T12:00Z', ['closed', '2026-03-04T12:00Z']),
    ...itemFacts('acme/tool#1', '2026-03-02T12:00Z', ['closed', '2026-03-04T12:00Z']),
    ...itemFacts('PAY-1', '2026-03-02T12:00Z', ['done', '2026-03-04T12:00Z'], ['deleted', '2026-03-05T12:00Z']),
    ...itemFacts('OPS-1', '2026-03-04T12:00Z'),
  ])
  await flow.port.selfCheck()
  const window = { from: '2026-03-01', to: '2026-03-04' }
  await database.tenantTx(ctx, async (tx) => {
    const days = async (query: { stream: string | null; itemTypes?: string[] }) =>
      (await flow.port.throughput(tx, { ...window, ...query })).map(({ day, finished, arrived }) => [
        day,
        finished,
        arrived,
      ])
    deepEqual(await days({ stream: 'web' }), [
      ['2026-03-01', 0, 1],
      ['2026-03-02', 1, 2],
      ['2026-03-03', 0, 0],
      ['2026-03-04', 1, 0],
    ])
    deepEqual(
      (await days({ stream: null })).map(([, finished, arrived]) => [finished, arrived]),
      [
        [0, 1],
        [1, 3],
        [0, 0],
        [2, 1],
      ],
    )
    deepEqual(await days({ stream: 'all' }), await days({ stream: null, itemTypes: ['Story'] }))
    equal((await days({ stream: null, itemTypes: ['Bug'] })).length, 4)
    deepEqual(await flow.port.openItems(tx, { stream: 'web' }), { open: 1, inProgress: 1 })
    deepEqual(await flow.port.openItems(tx, { stream: null }), { open: 2, inProgress: 1 })
    deepEqual(
      (await flow.port.weekly(tx, { streams: ['web', 'all', 'none'], from: '2026-03-01', to: '2026-03-08' })).map(
        ({ stream: of, week, finished, medianCycleDays }) => `${of} ${week} ${finished} ${medianCycleDays}`,
      ),
      [
        'all 2026-02-23 0 null',
        'all 2026-03-02 3 3',
        'none 2026-02-23 0 null',
        'none 2026-03-02 0 null',
        'web 2026-02-23 0 null',
        'web 2026-03-02 2 1',
      ],
    )
  })
  const [view] = await sql('select count(*)::int as items from flow_v_work_item where tenant_id = $1', [ctx.tenantId])
  equal(view!.items, 5)
})

test('[D10] two that derive one item at once leave it equal to all facts', async () => {
  const ctx = await tenant()
  const life = itemFacts(
    'SHOP-1',
    '2026-03-01T10:00Z',
    ['indeterminate', '2026-03-02T10:00Z'],
    ['done', '2026-03-03T10:00Z'],
  )
  const derive = () =>
    database.tenantTx(ctx, async (tx) => {
      const { deriveItems } = await import('./derive-items.ts')
      return deriveItems(tx, eventLog, [{ source: 'jira', key: 'SHOP-1' }])
    })
  for (const row of life) {
    await insert(ctx, [row])
    await Promise.all([derive(), derive(), derive()])
  }
  match(await flow.port.selfCheck(), / 0 differed/)
  equal((await items(ctx))[0]!.status_category, 'done')
})
