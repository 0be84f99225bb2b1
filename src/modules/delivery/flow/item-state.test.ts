import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addHistories, historyOf, type ItemFact, stateOf } from './item-state.ts'

const fact = (more: Partial<ItemFact>): ItemFact => ({
  source: 'jira',
  key: 'SHOP-1',
  externalId: `${more.occurredAt}:status_category:0`,
  projectKey: 'SHOP',
  itemType: 'Story',
  action: 'changed',
  field: null,
  toValue: null,
  points: null,
  occurredAt: 0,
  ...more,
})

/** Facts as one line: `created new indeterminate done`, one a second; `-` passes a second. */
function facts(line: string, source = 'jira'): ItemFact[] {
  return line.split(' ').flatMap((word, second): ItemFact[] => {
    const occurredAt = second * 1000
    if (word === '-') return []
    if (['created', 'closed', 'reopened', 'deleted'].includes(word))
      return [fact({ source, action: word, externalId: word === 'created' ? word : `${word}:${second}`, occurredAt })]
    return [fact({ source, field: 'status_category', toValue: word, occurredAt })]
  })
}
const state = (all: readonly ItemFact[]) => stateOf(all[0]!.source, historyOf(all)!)
/** Seconds of creation, start and finish, and how often it was reopened. */
const life = (line: string, source?: string) => {
  const { createdAt, startedAt, finishedAt, reopened } = state(facts(line, source))
  const second = (ms: number | null) => ms && ms / 1000
  return [second(createdAt), second(startedAt), second(finishedAt), reopened]
}

test('[D10] the first start is kept, the finish is the last that held, each return is counted', () => {
  deepEqual(life('created new'), [0, null, null, 0])
  deepEqual(life('created new indeterminate'), [0, 2, null, 0])
  deepEqual(life('created new done'), [0, 2, 2, 0])
  deepEqual(life('created new indeterminate indeterminate done done'), [0, 2, 4, 0])
  deepEqual(life('created new indeterminate done new indeterminate done'), [0, 2, 6, 1])
  deepEqual(life('created new indeterminate done indeterminate'), [0, 2, null, 1])
  deepEqual(life('created new indeterminate done new done indeterminate'), [0, 2, null, 2])
})

test('[D10] what was heard of late has no creation; what was done by then has no start', () => {
  deepEqual(life('- indeterminate done'), [null, 1, 2, 0])
  deepEqual(life('- done'), [null, null, 1, 0])
  deepEqual(life('- new done'), [null, 2, 2, 0])
  deepEqual(life('- done indeterminate'), [null, 2, null, 1])
})

test('[D10] a GitHub issue starts when it is opened, unless somebody said when work began', () => {
  deepEqual(life('created', 'github'), [0, 0, null, 0])
  deepEqual(life('created - closed', 'github'), [0, 0, 2, 0])
  deepEqual(life('created - indeterminate closed', 'github'), [0, 2, 3, 0])
  deepEqual(life('created - closed reopened', 'github'), [0, 0, null, 1])
  deepEqual(life('created - closed indeterminate closed', 'github'), [0, 0, 4, 1])
  deepEqual(life('- closed', 'github'), [null, null, 1, 0])
})

test('[D10] a deleted item is gone until it is heard of again', () => {
  equal(state(facts('created new deleted')).deletedAt, 2000)
  equal(state(facts('created new deleted new')).deletedAt, null)
  equal(
    state([...facts('created - - deleted'), fact({ field: 'points', points: 3, occurredAt: 1000 })]).deletedAt,
    3000,
  )
})

test('[D10] time in work is what lies between start and finish outside new and done', () => {
  equal(state(facts('created new indeterminate new indeterminate done')).activeSeconds, 2)
  equal(state(facts('created new indeterminate - done new - indeterminate done')).activeSeconds, 3)
  equal(state(facts('created new indeterminate')).activeSeconds, null)
  equal(state(facts('created - closed', 'github')).activeSeconds, null)
})

test('[D10] status, size and type are the latest said; changes of one instant go by their number', () => {
  const all = [
    fact({ field: 'status', toValue: 'Review', externalId: '12:status:0', occurredAt: 5 }),
    fact({ field: 'status', toValue: 'Doing', externalId: '9:status:0', occurredAt: 5 }),
    fact({ field: 'points', points: 8, externalId: '7:points:0', occurredAt: 5 }),
    fact({ field: 'points', points: null, externalId: '8:points:0', occurredAt: 6, itemType: 'Bug' }),
  ]
  const { status, points, itemType } = state(all)
  deepEqual([status, points, itemType], ['Review', null, 'Bug'])
})

const anyFact = fc
  .record({
    kind: fc.constantFrom('created', 'deleted', 'closed', 'reopened', 'status', 'status_category', 'points'),
    toValue: fc.constantFrom('new', 'indeterminate', 'done', 'other', null),
    points: fc.option(fc.integer({ min: 0, max: 9 })),
    occurredAt: fc.integer({ min: 0, max: 12 }).map((n) => n * 1000),
    change: fc.integer({ min: 1, max: 4 }),
    project: fc.constantFrom('SHOP', 'PAY'),
  })
  .map(({ kind, toValue, points, occurredAt, change, project }) => {
    const isAction = ['created', 'deleted', 'closed', 'reopened'].includes(kind)
    return fact({
      action: isAction ? kind : 'changed',
      field: isAction ? null : kind,
      toValue,
      points,
      occurredAt,
      externalId: kind === 'created' ? kind : `${change}:${kind}:0`,
      projectKey: project,
    })
  })
const someFacts = fc.array(anyFact, { minLength: 1, maxLength: 14 })
const source = fc.constantFrom('jira', 'github')

test('[D10] order, repetition and parts do not matter', () => {
  fc.assert(
    fc.property(someFacts, source, fc.infiniteStream(fc.nat()), fc.nat(), (given, from, dice, cut) => {
      const all = given.map((one) => ({ ...one, source: from }))
      const whole = historyOf(all)!
      const repeated = [...all, ...all.filter((_, at) => (at + cut) % 2 === 0)]
      const shuffled = repeated
        .map((one) => ({ one, by: dice.next().value as number }))
        .sort((a, b) => a.by - b.by)
        .map(({ one }) => one)
      deepEqual(historyOf(shuffled), whole)
      const at = cut % (all.length + 1)
      const [left, right] = [historyOf(all.slice(0, at)), historyOf(all.slice(at))]
      const sum = left && right ? addHistories(right, left) : (left ?? right)
      deepEqual(sum, whole)
      deepEqual(addHistories(whole, whole), whole)
    }),
    { numRuns: 2000 },
  )
})

test('[D10] an item never finishes before it starts, and what is done is finished', () => {
  fc.assert(
    fc.property(someFacts, source, (given, from) => {
      const { startedAt, finishedAt, statusCategory, activeSeconds } = state(given.map((f) => ({ ...f, source: from })))
      if (startedAt !== null && finishedAt !== null) ok(startedAt <= finishedAt)
      equal(statusCategory === 'done', finishedAt !== null)
      if (activeSeconds !== null) ok(activeSeconds >= 0 && activeSeconds * 1000 <= finishedAt! - startedAt!)
    }),
    { numRuns: 2000 },
  )
})
