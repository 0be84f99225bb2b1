import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayAfter } from './calendar.ts'
import { addUp, pinball, type Stored, score } from './score.ts'

const made = '2026-03-02'
/** Items finished on the day the forecasts were made and the days after it; there is a day before it. */
const since = (...counts: number[]) =>
  addUp([4, ...counts].map((finished, n) => ({ day: dayAfter(made, n - 1), finished })))
const today = (days: number) => dayAfter(made, days)

const when: Stored = {
  id: 1,
  kind: 'when',
  madeOn: made,
  targetItems: 5,
  targetDay: null,
  dueOn: dayAfter(made, 7),
  p50: 3,
  p85: 5,
  p95: 8,
}
const howMany: Stored = {
  ...when,
  kind: 'how_many',
  targetItems: null,
  targetDay: dayAfter(made, 2),
  p50: 6,
  p85: 3,
  p95: 1,
}

test('[D9] pinball: late costs by the confidence, early by the rest', () => {
  const losses = [pinball(0.85, 10, 12), pinball(0.85, 10, 8), pinball(0.5, 10, 8), pinball(0.95, 10, 10)]
  deepEqual(
    losses.map((loss) => Math.round(loss * 1000) / 1000),
    [1.7, 0.3, 1, 0],
  )
})

test('[D9] the mean pinball loss is smallest for the true quantile', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0.5, 0.85, 0.95),
      (outcomes, level) => {
        const sorted = outcomes.toSorted((a, b) => a - b)
        const quantile = sorted[Math.ceil(level * sorted.length - 1e-9) - 1]!
        const mean = (q: number) => outcomes.reduce((sum, outcome) => sum + pinball(level, q, outcome), 0)
        for (let other = 0; other <= 50; other++)
          ok(mean(quantile) <= mean(other) + 1e-9, `${quantile} against ${other}`)
      },
    ),
  )
})

test('[D9] when: the day on which the last item was finished counts, from the day it was said', () => {
  const scored = score(when, since(2, 0, 2, 1), today(4))
  deepEqual([scored.outcome, scored.outcomeOn], [4, '2026-03-05'])
  deepEqual(
    [scored.p50, scored.p85, scored.p95].map((loss) => Math.round(loss! * 100) / 100),
    [0.5, 0.15, 0.2],
  )
  deepEqual([scored.censored, scored.settled], [false, false])
  // All on one day; what was finished the day before is none of it.
  equal(score(when, since(9), today(1)).outcome, 1)
  equal(score(when, since(4), today(1)).outcome, null)
})

test('[D9] when: past P95 and not finished is late, until it is finished', () => {
  const nothing = [1, 0, 0, 0, 0, 0, 0, 0]
  deepEqual(
    [7, 8].map((days) => score(when, since(...nothing.slice(0, days)), today(days)).censored),
    [false, true],
  )
  const late = score(when, since(...nothing, 4), today(9))
  deepEqual([late.outcome, late.censored], [9, false])
  equal(score({ ...when, p95: null, dueOn: null }, since(...nothing), today(8)).censored, false)
})

test('[D9] how many: counted when the day is over, its own items among them', () => {
  equal(score(howMany, since(1, 2), today(2)).outcome, null)
  const scored = score(howMany, since(1, 2, 4, 8), today(4))
  deepEqual([scored.outcome, scored.outcomeOn], [7, '2026-03-04'])
  // P85 said at least 3: the 15 % quantile, 4 below what came.
  deepEqual(
    [scored.p50, scored.p85, scored.p95].map((loss) => Math.round(loss! * 100) / 100),
    [0.5, 0.6, 0.3],
  )
})

test('[D9] an outcome is looked at again for a week', () => {
  const quiet = new Array<number>(12).fill(0)
  const settled = (days: number) => score(howMany, since(...quiet.slice(0, days)), today(days)).settled
  deepEqual([settled(3), settled(9), settled(10)], [false, false, true])
})
