import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatChange, formatCoefficient, formatP, lagInWords, laidTogether } from './in-words.ts'

const side = (name: string) => ({ stream: name.toLowerCase(), name, measure: 'deployments' as const })
const lag = (weeks: number) => lagInWords({ a: side('Shop'), b: side('Search'), lag_weeks: weeks })

test('[D11] a lag in words names who comes later', () => {
  assert.deepEqual([0, 1, 2, -4].map(lag), [
    'in the same week',
    'Search one week later',
    'Search two weeks later',
    'Shop four weeks later',
  ])
  const sides = { a: side('Shop'), b: side('Search') }
  assert.equal(laidTogether({ ...sides, lag_weeks: 2 }), 'Search two weeks back')
  assert.equal(laidTogether({ ...sides, lag_weeks: 0 }), 'week beside week')
})

test('[D11] small numbers are told to be small, and nothing is a dash', () => {
  assert.deepEqual([0.0000001, 0.032, 1, null].map(formatP), ['<\u00a00.001', '0.032', '1.000', '–'])
  assert.deepEqual([-0.456, 0.9, -0.001, null].map(formatCoefficient), ['−0.46', '0.90', '0.00', '–'])
  assert.deepEqual(
    [formatChange('deployments', 3), formatChange('change_failure_share', -0.1), formatChange('cycle_time_p50', 0)],
    ['+3', '−10 %', '0 d'],
  )
  assert.equal(formatChange('lead_time_p50', null), '–')
})
