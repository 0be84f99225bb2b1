import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Band, bandInWords, ticksOf, zonesOf } from './bands.ts'

const leadTime: Band = { better: 'lower', inclusive: false, elite: 1, high: 7, medium: 30 }
const frequency: Band = { better: 'higher', inclusive: true, elite: 5, high: 1, medium: 0.25 }

test('[U2] zones fill the plot from the axis to its top, best at the bottom when less is better', () => {
  assert.deepEqual(zonesOf(leadTime, 10), [
    { level: 'elite', from: 0, to: 1 },
    { level: 'high', from: 1, to: 7 },
    { level: 'medium', from: 7, to: 10 },
  ])
  assert.deepEqual(
    zonesOf(frequency, 7).map(({ level, to }) => [level, to]),
    [
      ['low', 0.25],
      ['medium', 1],
      ['high', 5],
      ['elite', 7],
    ],
  )
})

test('[D3] a band in words keeps what is at the limit on its side', () => {
  const words = (band: Band) =>
    (['elite', 'high', 'medium', 'low'] as const).map((level) => bandInWords(band, level, String))
  assert.deepEqual(words(leadTime), ['under 1', '1 – 7', '7 – 30', '30 or more'])
  assert.deepEqual(words({ ...leadTime, inclusive: true }), ['up to 1', '1 – 7', '7 – 30', 'over 30'])
  assert.deepEqual(words(frequency), ['5 or more', '1 – 5', '0.25 – 1', 'under 0.25'])
})

test('[U2] an axis ends at or above the largest value, in at most four steps', () => {
  for (const top of [0, 1, 59, 61, 5400, 90_000, 700_000, 30_000_000]) {
    const ticks = ticksOf(top, 'seconds')
    assert.ok(ticks.at(-1)! >= top && ticks.length >= 2 && ticks.length <= 5, `${top}: ${ticks}`)
  }
  for (const top of [0, 3, 17, 480, 70_000]) {
    const ticks = ticksOf(top, 'count')
    assert.ok(ticks.at(-1)! >= top && ticks.every(Number.isInteger) && ticks.length <= 5, `${top}: ${ticks}`)
  }
  assert.deepEqual(
    ticksOf(0.17, 'ratio'),
    [0, 0.05, 0.1, 0.15, 0.2].map((tick, index) => (index === 3 ? 3 * 0.05 : tick)),
  )
})
