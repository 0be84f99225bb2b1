import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Fact, itemAt, lifeOf, pointsOf, snapshotAtClose, snapshotAtStart } from './sprint-state.ts'

let change = 0
const fact = (at: number, more: Partial<Fact>): Fact => ({
  id: ++change,
  key: 'SHOP-1',
  externalId: `${change}:${more.field ?? more.action}:0`,
  project: 'SHOP',
  action: 'changed',
  field: null,
  from: null,
  to: null,
  points: null,
  at,
  heardAt: at,
  ...more,
})
const created = (at: number) => fact(at, { action: 'created', externalId: 'created' })
const moved = (at: number, from: string, to: string) => fact(at, { field: 'sprint', from, to })
const sized = (at: number, points: number | null, from: string | null = null) =>
  fact(at, { field: 'points', points, from })
const became = (at: number, to: string) => fact(at, { field: 'status_category', to })
const items = (...facts: Fact[]) => Map.groupBy(facts, ({ key }) => key)
const lines = (all: ReturnType<typeof snapshotAtClose>) =>
  all.map(({ key, outcome, committed, points }) => `${key} ${outcome} ${committed} ${points}`)

test('[D8] what happened after the instant changes nothing', () => {
  const facts = [created(1), moved(2, '', '7'), sized(3, 5), became(4, 'done')]
  const then = itemAt(facts, 10)
  deepEqual([then?.sprints, then?.points, then?.done], [[7], 5, true])
  const later = [...facts, sized(11, 8, '5'), became(12, 'new'), moved(13, '7', '8'), fact(14, { action: 'deleted' })]
  deepEqual(itemAt(later, 10), then)
  equal(itemAt(facts, 0), undefined)
})

test('[D8] what an item was made with is what its first change says was before', () => {
  const facts = [created(1), moved(20, '7', '7, 8'), sized(21, 8, '3')]
  const then = itemAt(facts, 10)
  deepEqual([then?.sprints, then?.points], [[7], 3])
  deepEqual(itemAt(facts, 20)?.sprints, [7, 8])
  // Of an item that nobody spoke of by then, nothing is known.
  equal(itemAt(facts.slice(1), 10), undefined)
})

test('[D8] a deleted item is in no sprint until it is heard of again', () => {
  const facts = [created(1), moved(2, '', '7'), fact(5, { action: 'deleted' })]
  deepEqual(itemAt(facts, 5)?.sprints, [])
  deepEqual(itemAt([...facts, became(6, 'done')], 6)?.sprints, [7])
})

test('[D8] committed is frozen at the start; the close tells completed, not completed, removed and added', () => {
  const of = (key: string, ...facts: Fact[]) => facts.map((one) => ({ ...one, key }))
  const all = items(
    ...of('A-1', created(1), moved(2, '', '7'), sized(3, 3), became(15, 'done'), sized(16, 5)),
    ...of('A-2', created(1), moved(2, '', '7'), sized(3, 2)),
    ...of('A-3', created(1), moved(2, '', '7'), sized(3, 8), moved(14, '7', '')),
    ...of('A-4', created(1), moved(13, '', '7'), sized(14, 1), became(19, 'done')),
    ...of('A-5', created(11), moved(12, '', '7'), moved(14, '7', '')),
    ...of('A-6', created(1), moved(2, '', '7'), fact(15, { action: 'deleted' })),
    ...of('B-1', created(1), moved(2, '', '17')),
  )
  deepEqual(lines(snapshotAtStart(7, all, 10)), [
    'A-1 committed true 3',
    'A-2 committed true 2',
    'A-3 committed true 8',
    'A-6 committed true null',
  ])
  deepEqual(lines(snapshotAtClose(7, all, 10, 20)), [
    'A-1 completed true 5',
    'A-2 not_completed true 2',
    'A-3 removed true 8',
    'A-4 completed false 1',
    'A-6 removed true null',
  ])
  deepEqual(lines(snapshotAtClose(7, all, null, 20)), [
    'A-1 completed null 5',
    'A-2 not_completed null 2',
    'A-4 completed null 1',
  ])
  equal(pointsOf(snapshotAtStart(7, all, 10)), 13)
  equal(pointsOf([{ points: null }]), null)
})

const told = (action: 'started' | 'closed', at: number, heardAt = at, name: string | null = null) =>
  fact(at, { action, project: 'board:3', to: name, heardAt })

test('[D8] a start that nobody heard in time is reconstructed; one that was heard in time is the start', () => {
  const life = (...facts: Fact[]) => {
    const { startedAt, closedAt, reconstructed } = lifeOf(facts, 6)!
    return [startedAt, closedAt, reconstructed]
  }
  deepEqual(life(told('started', 10)), [10, null, false])
  deepEqual(life(told('started', 10, 17)), [10, null, true])
  deepEqual(life(told('started', 8, 50), told('started', 10, 16), told('closed', 50)), [10, 50, false])
  deepEqual(life(told('closed', 50)), [null, 50, true])
  deepEqual(life(told('started', 10), told('closed', 50), told('started', 60)), [10, null, false])
  deepEqual(life(told('started', 10), told('closed', 50), told('started', 60), told('closed', 70)), [10, 70, false])
  equal(lifeOf([], 6), undefined)
  equal(lifeOf([told('started', 1, 1, 'Old'), told('closed', 2, 2, 'New'), told('closed', 3)], 6)?.name, 'New')
})

const anyFact = fc
  .record({
    at: fc.integer({ min: 0, max: 12 }),
    change: fc.integer({ min: 1, max: 3 }),
    kind: fc.constantFrom('created', 'deleted', 'sprint', 'points', 'status_category', 'status'),
    from: fc.constantFrom(null, '', '7', '7, 8', '8'),
    to: fc.constantFrom(null, '', '7', '7, 8', '8', 'new', 'done', 'indeterminate'),
    points: fc.option(fc.integer({ min: 0, max: 5 })),
  })
  .map(({ at, change: number, kind, from, to, points }) => {
    const isAction = kind === 'created' || kind === 'deleted'
    const externalId = kind === 'created' ? kind : `${number}:${kind}:0`
    const set = isAction ? { action: kind } : { field: kind, from, to }
    return fact(at, { ...set, points: kind === 'points' ? points : null, externalId })
  })
const natural = (facts: readonly Fact[]) => [...new Map(facts.map((one) => [one.externalId, one])).values()]

test('[D8] order and repetition do not matter, nor does anything after the instant that names no beginning', () => {
  const some = fc.array(anyFact, { minLength: 1, maxLength: 12 }).map(natural)
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 12 }), fc.infiniteStream(fc.nat()), (facts, instant, dice) => {
      const shuffled = [...facts, ...facts.slice(0, 3)]
        .map((one) => ({ one, by: dice.next().value as number }))
        .sort((a, b) => a.by - b.by)
        .map(({ one }) => one)
      const then = itemAt(facts, instant)
      const again = itemAt(shuffled, instant)
      deepEqual(again && { ...again, facts: [] }, then && { ...then, facts: [] })
      const later = facts.filter(
        ({ at, field }) => at > instant && facts.some((one) => one.field === field && one.at <= instant),
      )
      deepEqual(
        itemAt(
          facts.filter((one) => !later.includes(one)),
          instant,
        ),
        then,
      )
      if (then) ok(facts.some(({ at }) => at <= instant))
    }),
    { numRuns: 2000 },
  )
})
