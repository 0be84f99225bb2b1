import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { periodOf } from './periods.ts'
import { cadences } from './schemas.ts'

const of = (startsOn: string, cadence: (typeof cadences)[number], today: string) =>
  periodOf({ startsOn, cadence }, today)

test('[D12] a period is a week, two weeks or a month from the survey’s first day; before that there is none', () => {
  equal(of('2026-03-02', 'weekly', '2026-03-01'), undefined)
  deepEqual(of('2026-03-02', 'weekly', '2026-03-02'), { startsOn: '2026-03-02', endsOn: '2026-03-08' })
  deepEqual(of('2026-03-02', 'weekly', '2026-03-09'), { startsOn: '2026-03-09', endsOn: '2026-03-15' })
  deepEqual(of('2026-03-02', 'biweekly', '2026-03-15'), { startsOn: '2026-03-02', endsOn: '2026-03-15' })
  deepEqual(of('2026-01-31', 'monthly', '2026-02-27'), { startsOn: '2026-01-31', endsOn: '2026-02-27' })
  deepEqual(of('2026-01-31', 'monthly', '2026-02-28'), { startsOn: '2026-02-28', endsOn: '2026-03-30' })
  deepEqual(of('2026-01-31', 'monthly', '2026-04-01'), { startsOn: '2026-03-31', endsOn: '2026-04-29' })
})

const dayMs = 86_400_000
const text = (day: number) => new Date(day * dayMs).toISOString().slice(0, 10)

test('[D12] every day from the first lies in exactly one period: the next begins the day after the last', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 18_000, max: 24_000 }),
      fc.integer({ min: 0, max: 3000 }),
      fc.constantFrom(...cadences),
      (first, later, cadence) => {
        const today = text(first + later)
        const period = of(text(first), cadence, today)!
        equal(period.startsOn <= today && today <= period.endsOn, true)
        const next = of(text(first), cadence, text(Date.parse(period.endsOn) / dayMs + 1))!
        equal(Date.parse(next.startsOn) - Date.parse(period.endsOn), dayMs)
        deepEqual(of(text(first), cadence, period.startsOn), period)
      },
    ),
  )
})
