import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatBytes,
  formatDay,
  formatDuration,
  formatMilliseconds,
  formatRatio,
  formatRelative,
  shortNumber,
} from './format.ts'

test('[U1] durations read in the unit people would say', () => {
  const read = [0, 45, 90, 3599, 3600, 11_520, 86_399, 216_000, 3_542_400].map(formatDuration)
  assert.deepEqual(read, ['0 s', '45 s', '2 min', '1 h', '1 h', '3.2 h', '1 d', '2.5 d', '41 d'])
  assert.equal(formatDuration(null), '–')
})

test('[U1] shares and numbers keep one decimal below ten', () => {
  assert.deepEqual([0.12, 0.004, 0.0996, null].map(formatRatio), ['12 %', '0.4 %', '10 %', '–'])
  assert.equal(shortNumber(4), '4')
})

test('[U1] a day is told without the reader’s own time zone moving it', () => {
  assert.equal(formatDay('2026-01-01'), '1 Jan')
  assert.equal(formatDay('2026-12-31', true), '31 Dec 2026')
  assert.equal(formatDay('not a day'), 'not a day')
})

test('[U1] moments are told from now', () => {
  const nowMs = Date.parse('2026-03-10T12:00:00Z')
  assert.equal(formatRelative('2026-03-10T11:59:40Z', nowMs), 'just now')
  assert.match(formatRelative('2026-03-10T09:00:00Z', nowMs), /^3 hr/)
  assert.equal(formatRelative('2026-03-09T12:00:00Z', nowMs), 'yesterday')
})

test('[R11] sizes and times of a database read in the unit people would say', () => {
  assert.deepEqual([0, 812, 1000, 1_449_000, 52_000_000_000].map(formatBytes), [
    '0 B',
    '812 B',
    '1 kB',
    '1.4 MB',
    '52 GB',
  ])
  assert.deepEqual([0.02, 0.44, 120, 3200, 7_200_000].map(formatMilliseconds), [
    '< 0.1 ms',
    '0.4 ms',
    '120 ms',
    '3.2 s',
    '2 h',
  ])
})
