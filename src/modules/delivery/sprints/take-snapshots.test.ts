import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../facts/test-support.ts'
import { became, created, type FactRow, itemFact, moved, sized, sprintBench, sprintFact } from './test-bench.ts'

const { database, sql, tenant, facts, sprints, insert, tell, revisions, settle, sprint, eventLog } = await sprintBench()

/** A sprint from the 2nd to the 13th with two items committed, one of them done. */
const plain = () => [
  created('SHOP-1', '01T09:00'),
  moved('SHOP-1', '01T09:30', '', '7'),
  sized('SHOP-1', '01T10:00', 3),
  created('SHOP-2', '01T09:00'),
  moved('SHOP-2', '01T09:30', '', '7'),
  sized('SHOP-2', '01T10:00', 5),
  sprintFact(7, 'started', '02T10:00'),
  became('SHOP-1', '05T10:00', 'done'),
  sprintFact(7, 'closed', '13T10:00'),
]
const shown = async (ctx: { tenantId: string }) =>
  (await revisions(ctx)).map(({ kind, revision, items }) => `${kind} ${revision}: ${items}`)

test('[D8] start and close are frozen as they come; later edits change nothing', async () => {
  const ctx = await tenant()
  for (const row of plain()) await tell(ctx, row)
  const frozen = [
    'start 1: SHOP-1 committed true 3, SHOP-2 committed true 5',
    'close 1: SHOP-1 completed true 3, SHOP-2 not_completed true 5',
  ]
  deepEqual(await shown(ctx), frozen)
  await tell(
    ctx,
    sized('SHOP-1', '20T10:00', 13, '3'),
    became('SHOP-2', '20T10:00', 'done'),
    moved('SHOP-2', '20T11:00', '7', '7, 8'),
    became('SHOP-1', '20T12:00', 'new'),
    itemFact('SHOP-2', '21T10:00', { action: 'deleted' }),
  )
  deepEqual(await shown(ctx), frozen)
  match(await sprints.port.selfCheck(), /, 0 snapshots differed/)
})

test('[D8] a fact of before that comes late makes a new revision; the old one stays readable', async () => {
  const ctx = await tenant()
  await tell(ctx, ...plain())
  // The third item was in it all the time; nobody had said so.
  await tell(ctx, created('SHOP-3', '01T09:00'), moved('SHOP-3', '01T12:00', '', '7'))
  await tell(ctx, became('SHOP-3', '12T12:00', 'done'))
  deepEqual(await shown(ctx), [
    'start 1: SHOP-1 committed true 3, SHOP-2 committed true 5',
    'start 2: SHOP-1 committed true 3, SHOP-2 committed true 5, SHOP-3 committed true -',
    'close 1: SHOP-1 completed true 3, SHOP-2 not_completed true 5',
    'close 2: SHOP-1 completed true 3, SHOP-2 not_completed true 5, SHOP-3 not_completed true -',
    'close 3: SHOP-1 completed true 3, SHOP-2 not_completed true 5, SHOP-3 completed true -',
  ])
  const now = await sprint(ctx, 7)
  deepEqual(
    [now.figures.committed, now.figures.completed, now.newest],
    [{ items: 3, points: 8 }, { items: 2, points: 3 }, true],
  )
  const old = await sprint(ctx, 7, { start_revision: '1', close_revision: '1' })
  deepEqual(
    [old.figures.committed, old.figures.completed, old.newest],
    [{ items: 2, points: 8 }, { items: 1, points: 3 }, false],
  )
  equal(now.revisions.length, 5)
})

test('[D8] an item that began in the sprint is found out by the change that moves it on', async () => {
  const ctx = await tenant()
  await tell(ctx, ...plain(), created('SHOP-4', '01T09:00'))
  await tell(ctx, moved('SHOP-4', '14T10:00', '7', '7, 8'), sized('SHOP-4', '14T11:00', 8, '2'))
  const [, , close1, close2] = await shown(ctx)
  equal(close1, 'close 1: SHOP-1 completed true 3, SHOP-2 not_completed true 5')
  match(close2!, /SHOP-4 not_completed true 2$/)
})

test('[D8] a start that was missed is rebuilt from the changes and marked', async () => {
  const ctx = await tenant()
  const late = sprintFact(7, 'started', '02T10:00', { recorded_at: '2026-03-13T10:00:01Z' })
  await tell(ctx, ...plain().filter(({ action }) => action !== 'started'))
  deepEqual(
    (await revisions(ctx)).map(({ kind, revision, reconstructed, items }) => [kind, revision, reconstructed, items]),
    [['close', 1, true, 'SHOP-1 completed ? 3, SHOP-2 not_completed ? 5']],
  )
  const unknown = await sprint(ctx, 7)
  deepEqual(
    [unknown.figures.committed, unknown.figures.say_do, unknown.burn_up],
    [null, { items: null, points: null }, null],
  )
  await tell(ctx, late)
  deepEqual(
    (await revisions(ctx)).map(({ kind, revision, reconstructed, items }) => [kind, revision, reconstructed, items]),
    [
      ['start', 1, true, 'SHOP-1 committed true 3, SHOP-2 committed true 5'],
      ['close', 1, true, 'SHOP-1 completed ? 3, SHOP-2 not_completed ? 5'],
      ['close', 2, true, 'SHOP-1 completed true 3, SHOP-2 not_completed true 5'],
    ],
  )
  // The same start, heard in time after all (its event was stuck): no longer reconstructed.
  await tell(ctx, { ...late, external_id: 'started:in-time', recorded_at: '2026-03-02T10:00:02Z' })
  equal((await sprint(ctx, 7)).reconstructed, false)
})

test('[D8] a sprint that is opened again is open until it closes once more', async () => {
  const ctx = await tenant()
  await tell(ctx, ...plain())
  await tell(ctx, sprintFact(7, 'started', '14T10:00'))
  equal((await sprint(ctx, 7)).closed_at, null)
  await tell(ctx, became('SHOP-2', '15T10:00', 'done'), sprintFact(7, 'closed', '16T10:00'))
  const closed = await sprint(ctx, 7)
  deepEqual([closed.closed_at, closed.close_revision], ['2026-03-16T10:00:00.000Z', 2])
  equal((await shown(ctx)).at(-1), 'close 2: SHOP-1 completed true 3, SHOP-2 completed true 5')
})

/** Some sprints one after the other, with items that come, go, grow, shrink, are done, undone and deleted. */
function story(seed: number): FactRow[] {
  const random = seeded(seed)
  const day = (n: number) => `${String(1 + n).padStart(2, '0')}T${String(random.below(24)).padStart(2, '0')}:00`
  const rows: FactRow[] = []
  for (let id = 5; id < 8; id++) {
    const start = (id - 5) * 9
    if (random.chance(0.8)) rows.push(sprintFact(id, 'started', `${String(2 + start).padStart(2, '0')}T10:00`))
    if (random.chance(0.9)) rows.push(sprintFact(id, 'closed', `${String(10 + start).padStart(2, '0')}T10:00`))
  }
  for (let n = 1; n <= 6; n++) {
    const key = `SHOP-${n}`
    if (random.chance(0.8)) rows.push(created(key, day(0)))
    let within = ''
    for (let change = 0; change < 8; change++) {
      const at = day(random.below(28))
      const roll = random.below(10)
      if (roll < 4) {
        const to = random.pick(['', '5', '5, 6', '6', '6, 7', '7'])
        rows.push(moved(key, at, within, to))
        within = to
      } else if (roll < 6) rows.push(sized(key, at, random.below(8), String(random.below(8))))
      else if (roll < 9) rows.push(became(key, at, random.pick(['new', 'indeterminate', 'done', 'done'])))
      else rows.push(itemFact(key, at, { action: 'deleted' }))
    }
  }
  return rows
}
/** The newest revision of everything, but for how often it was taken. */
async function final(ctx: { tenantId: string }) {
  const newest = new Map((await revisions(ctx)).map(({ revision: _, ...row }) => [`${row.sprint_id} ${row.kind}`, row]))
  const heads = await sql(
    'select sprint_id, board_id, name, started_at, closed_at, reconstructed from sprint where tenant_id = $1 order by 1',
    [ctx.tenantId],
  )
  const counts = (row: Record<string, unknown>) =>
    heads.some(
      (head) => head.sprint_id === row.sprint_id && head[row.kind === 'start' ? 'started_at' : 'closed_at'] !== null,
    )
  return { heads, snapshots: [...newest.values()].filter(counts) }
}

test('[D8] whatever the order, the parts and the repetition of events, the last revision says the same', async () => {
  let seen = 0
  for (let seed = 1; seed <= 12; seed++) {
    const random = seeded(seed * 77)
    const rows = story(seed)
    const [whole, parts] = [await tenant(), await tenant()]
    await tell(whole, ...rows)
    const shuffled = random.shuffled(rows)
    for (let at = 0; at < shuffled.length; ) {
      const size = 1 + random.below(9)
      // Some are told twice.
      await tell(parts, ...shuffled.slice(Math.max(0, at - 2), at + size))
      at += size
    }
    const expected = await final(whole)
    seen += expected.snapshots.length
    deepEqual(await final(parts), expected, `seed ${seed}`)
  }
  ok(seen > 30, `${seen} snapshots`)
  match(await sprints.port.selfCheck(), /^\d\d+ sprints checked, 0 snapshots differed/)
})

test('[D8] facts older than the module are taken with the first nightly check', async () => {
  const ctx = await tenant()
  await insert(ctx, plain())
  match(await sprints.port.selfCheck(), /, 2 snapshots differed/)
  equal((await shown(ctx)).length, 2)
  match(await sprints.port.selfCheck(), /, 0 snapshots differed/)
})

/** Facts that retention takes away. */
async function purgeFacts(ctx: { readonly tenantId: string }, condition: string) {
  const [policy] = facts.retention!.filter(({ table }) => table === 'work_item_events')
  await database.tenantTx(ctx, async (tx) => {
    const rows = await sql(`select to_jsonb(e) as row from work_item_events e where tenant_id = $1 and ${condition}`, [
      ctx.tenantId,
    ])
    await policy!.beforePurge!(
      tx,
      rows.map(({ row }) => row as Record<string, unknown>),
    )
  })
  await sql(`delete from work_item_events where tenant_id = $1 and ${condition}`, [ctx.tenantId])
}

test('[D8] purged facts leave frozen sprints as they were, and later sprints know what they said', async () => {
  const ctx = await tenant()
  await tell(ctx, ...plain())
  const before = await shown(ctx)
  const purge = (condition: string) => purgeFacts(ctx, condition)
  await purge(`occurred_at < '2026-03-10'`)
  match(await sprints.port.selfCheck(), /, 0 snapshots differed/)
  await tell(ctx, moved('SHOP-2', '14T10:00', '7', '7, 8'), sprintFact(8, 'started', '15T10:00'))
  deepEqual(await shown(ctx), [...before, 'start 1: SHOP-2 committed true 5'])
  await purge('true')
  match(await sprints.port.selfCheck(), /, 0 snapshots differed/)
  await tell(ctx, sprintFact(8, 'closed', '28T10:00'))
  equal((await shown(ctx)).at(-1), 'close 1: SHOP-2 not_completed true 5')
  deepEqual((await shown(ctx)).slice(0, 2), before)
})

test('[D8] what is purged first may have happened last: the latest of what was purged is kept', async () => {
  const ctx = await tenant()
  await tell(ctx, created('SHOP-1', '01T09:00'), moved('SHOP-1', '01T10:00', '', '8'))
  await tell(ctx, sized('SHOP-1', '05T10:00', 8, '3'), sized('SHOP-1', '02T10:00', 3))
  // That of the 2nd was heard of after that of the 5th, and goes after it.
  await purgeFacts(ctx, `field = 'points' and occurred_at > '2026-03-04'`)
  await purgeFacts(ctx, `field = 'points'`)
  await tell(ctx, sprintFact(8, 'started', '15T10:00'))
  deepEqual(await shown(ctx), ['start 1: SHOP-1 committed true 8'])
})

test('[D8] two that take one sprint at once leave one revision', async () => {
  const ctx = await tenant()
  const { takeSnapshots } = await import('./take-snapshots.ts')
  await insert(ctx, plain())
  const keys = ['sprint:7', 'SHOP-1', 'SHOP-2'].map((key) => ({ source: 'jira', key }))
  await Promise.all([1, 2, 3].map(() => database.tenantTx(ctx, (tx) => takeSnapshots(tx, eventLog, keys))))
  await settle()
  equal((await shown(ctx)).length, 2)
})
