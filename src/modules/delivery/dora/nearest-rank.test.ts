import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearestRanks, percentilesOf } from './nearest-rank.ts'

const slowly = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null
  return { p50: at(50), p75: at(75), p90: at(90), n: sorted.length }
}

test('[D3] percentiles are nearest-rank values of the sorted whole, whatever the order', () => {
  const values = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 2_147_483_647 })),
    fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 300 }),
    // As they are read: days laid end to end, each ascending.
    fc
      .array(fc.array(fc.integer({ min: 0, max: 1000 })).map((day) => day.sort((a, b) => a - b)))
      .map((days) => days.flat()),
  )
  fc.assert(
    fc.property(values, (all) => deepEqual(percentilesOf(Int32Array.from(all)), slowly(all))),
    { numRuns: 2000 },
  )
})

test('[D3] [D10] any percents of any values are what sorting them says', () => {
  const percents = fc.uniqueArray(fc.integer({ min: 1, max: 100 })).map((all) => all.sort((a, b) => a - b))
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }), percents, (all, asked) => {
      const sorted = [...all].sort((a, b) => a - b)
      const expected = asked.map((percent) => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null)
      deepEqual(nearestRanks(Int32Array.from(all), asked), expected)
    }),
  )
})

test('[D3] nothing has no percentiles, and 90 % of ten is the ninth', () => {
  deepEqual(percentilesOf(new Int32Array()), { p50: null, p75: null, p90: null, n: 0 })
  equal(percentilesOf(Int32Array.from([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).p90, 9)
})

test('[D3] patterns that would make a careless selection quadratic stay linear', () => {
  const n = 400_000
  const patterns = [
    (at: number) => at,
    (at: number) => n - at,
    (at: number) => at % 7,
    (at: number) => Math.min(at, n - at),
  ]
  for (const pattern of patterns) {
    const values = Int32Array.from({ length: n }, (_, at) => pattern(at))
    const expected = slowly([...values])
    const started = performance.now()
    deepEqual(percentilesOf(values), expected)
    equal(performance.now() - started < 5000, true)
  }
})
