import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairWeeks } from './pair-series.ts'

const side = { stream: 'a', name: 'A', measure: 'deployments' as const }
const relation = {
  kind: 'delivery' as const,
  a: side,
  b: side,
  lag_weeks: 1,
  coefficient: 1,
  n: 2,
  effective_n: 2,
  p: 1,
  q: 1,
  stands_out: false,
}
const weeks = ['2026-01-05', '2026-01-12', '2026-01-19', '2026-01-26']
const series = [
  [1, 9],
  [4, 2],
  [null, 8],
  [3, null],
].map(([a, b], at) => ({ week: weeks[at]!, a: a!, b: b! }))

test('[D11] the lag lays later weeks of one side beside earlier ones of the other; gaps stay gaps', () => {
  const later = pairWeeks({ series, relation })
  assert.deepEqual(
    later.map(({ x, weekB, a, b, changeA, changeB }) => [x, weekB, a, b, changeA, changeB]),
    [
      ['2026-01-05', '2026-01-12', 1, 2, null, -7],
      ['2026-01-12', '2026-01-19', 4, 8, 3, 6],
      ['2026-01-19', '2026-01-26', null, null, null, null],
    ],
  )
  assert.deepEqual([later[1]!.shareA, later[1]!.shareB, later[2]!.shareA], [1, 8 / 9, null])
  const earlier = pairWeeks({ series, relation: { ...relation, lag_weeks: -1 } })
  assert.deepEqual(
    earlier.map(({ x, weekB }) => [x, weekB]),
    [
      ['2026-01-12', '2026-01-05'],
      ['2026-01-19', '2026-01-12'],
      ['2026-01-26', '2026-01-19'],
    ],
  )
})
