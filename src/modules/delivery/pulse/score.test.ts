import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byQuestion, figuresOf } from './score.ts'

test('[D12] the score is the mean of all scores, favourable the share of 4 and 5; of nothing there is neither', () => {
  // 1, 3, 4, 4, 5: 17 / 5, and three of five.
  deepEqual(figuresOf([[1, 0, 1, 2, 1]]), { score: 3.4, favourable: 0.6 })
  deepEqual(figuresOf([]), { score: null, favourable: null })
  deepEqual(figuresOf([[0, 0, 0, 0, 0]]), { score: null, favourable: null })
  deepEqual(
    byQuestion([
      { question: 'load', counts: [0, 0, 0, 0, 5] },
      { question: 'fear', counts: [5, 0, 0, 0, 0] },
      { question: 'load', counts: [0, 0, 0, 5, 0] },
    ]),
    [
      { id: 'fear', n: 5, score: 1, favourable: 0 },
      { id: 'load', n: 10, score: 4.5, favourable: 1 },
    ],
  )
})

test('[D12] figures of many parts are those of all their scores in one list', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(counts, { maxLength: 6 }), (parts) => {
      const scores = parts.flatMap((part) => part.flatMap((count, index) => Array(count).fill(index + 1) as number[]))
      const { score, favourable } = figuresOf(parts)
      if (scores.length === 0) return void equal(score, null)
      const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length
      equal(Math.abs(score! - mean) < 1e-9, true)
      equal(favourable, scores.filter((value) => value >= 4).length / scores.length)
    }),
  )
})
