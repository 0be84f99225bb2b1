import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayAfter, dayOfStep, daysBetween, isWalked, walkedDays } from './calendar.ts'

test('[D9] working days are Monday to Friday', () => {
  // 2026-11-16 is a Monday.
  const week = Array.from({ length: 7 }, (_, day) => dayAfter('2026-11-16', day))
  deepEqual(
    week.map((day) => isWalked(day, 'working')),
    [true, true, true, true, true, false, false],
  )
  deepEqual(
    week.map((day) => dayOfStep(day, 1, 'working')),
    [...week.slice(0, 5), '2026-11-23', '2026-11-23'],
  )
  equal(dayOfStep('2026-11-20', 2, 'working'), '2026-11-23')
  equal(dayOfStep('2026-11-20', 2, 'all'), '2026-11-21')
  equal(walkedDays('2026-11-21', '2026-11-22', 'working'), 0)
  equal(walkedDays('2026-11-22', '2026-11-21', 'all'), 0)
})

test('[D9] steps and days count the same way, day by day', () => {
  fc.assert(
    fc.property(fc.integer({ min: -20_000, max: 40_000 }), fc.integer({ min: 1, max: 400 }), (from, step) => {
      const first = dayAfter('1970-01-01', from)
      for (const kind of ['all', 'working'] as const) {
        const last = dayOfStep(first, step, kind)
        let walked = 0
        for (let day = 0; day <= daysBetween(first, last); day++) if (isWalked(dayAfter(first, day), kind)) walked++
        equal(walked, step)
        equal(walkedDays(first, last, kind), step)
        equal(isWalked(last, kind), true)
      }
    }),
    { numRuns: 60 },
  )
})
