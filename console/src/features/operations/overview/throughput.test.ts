import assert from 'node:assert/strict'
import { test } from 'node:test'
import { throughputPoints } from './throughput.ts'

const nowMs = Date.parse('2026-03-10T12:04:30Z')
const at = (minute: number) => new Date(nowMs - (nowMs % 60_000) - minute * 60_000).toISOString()
const point = (minute: number, work: string, completed: number, more: object = {}) => ({
  at: at(minute),
  work,
  completed,
  failed: 0,
  due: 0,
  dead: 0,
  ...more,
})

test('[U2] works are added up a minute; one work alone on request', () => {
  const points = [point(1, 'a', 10, { due: 4 }), point(1, 'b', 5, { due: 3, failed: 1 }), point(2, 'a', 2)]
  const all = throughputPoints(points, { work: undefined, minutes: 3, binMinutes: 1, nowMs })
  assert.deepEqual(
    all.map(({ completed, failed, due }) => [completed, failed, due]),
    [
      [null, null, null],
      [2, 0, 0],
      [15, 1, 7],
    ],
  )
  const one = throughputPoints(points, { work: 'b', minutes: 3, binMinutes: 1, nowMs })
  assert.deepEqual(
    one.map(({ completed }) => completed),
    [null, null, 5],
  )
})

test('[U2] a bin is the mean of the minutes that were recorded; a bin without any is a gap, not a zero', () => {
  const points = [point(5, 'a', 10, { due: 1 }), point(7, 'a', 20, { due: 9 })]
  const binned = throughputPoints(points, { work: undefined, minutes: 10, binMinutes: 5, nowMs })
  assert.deepEqual(
    binned.map(({ x, completed, due }) => [x.slice(11, 16), completed, due]),
    [
      ['11:50', null, null],
      ['11:55', 15, 9],
    ],
  )
})

test('[U2] the running minute is left out, unless nothing else was recorded yet', () => {
  const completed = (points: ReturnType<typeof point>[]) =>
    throughputPoints(points, { work: undefined, minutes: 2, binMinutes: 1, nowMs }).map((shown) => shown.completed)
  assert.deepEqual(completed([point(0, 'a', 3), point(1, 'a', 7)]), [null, 7])
  assert.deepEqual(completed([point(0, 'a', 3)]), [null, 3])
})
