import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Quiet, quietUntil } from './quiet.ts'

const at = (weekday: number, time: string) => ({
  weekday,
  minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)),
})
const quiet = (from: string, to: string, days = [1, 2, 3, 4, 5, 6, 7]): Quiet => ({
  from: at(1, from).minute,
  to: at(1, to).minute,
  days,
})
const [monday, friday, saturday, sunday] = [1, 5, 6, 7]

test('[A3] quiet hours over midnight belong to the day on which they begin', () => {
  const nights = quiet('22:00', '07:00', [1, 2, 3, 4, 5])
  equal(quietUntil(at(monday!, '21:59'), nights), null)
  deepEqual(quietUntil(at(monday!, '22:00'), nights), { days: 1, minute: 420 })
  deepEqual(quietUntil(at(saturday!, '06:59'), nights), { days: 0, minute: 420 }, 'the night of Friday')
  equal(quietUntil(at(saturday!, '22:30'), nights), null)
  equal(quietUntil(at(monday!, '03:00'), nights), null, 'the night of Sunday is none')
  equal(quietUntil(at(friday!, '07:00'), nights), null)
  equal(quietUntil(at(friday!, '12:00'), null), null)
})

test('[A3] quiet hours within a day, whole days, and days that follow one another', () => {
  deepEqual(quietUntil(at(monday!, '12:30'), quiet('12:00', '13:00')), { days: 0, minute: 780 })
  const weekend = quiet('00:00', '00:00', [6, 7])
  deepEqual(quietUntil(at(saturday!, '00:00'), weekend), { days: 2, minute: 0 }, 'until Monday')
  deepEqual(quietUntil(at(sunday!, '23:59'), weekend), { days: 1, minute: 0 })
  equal(quietUntil(at(monday!, '00:00'), weekend), null)
})

test('[A3] after the end it is not quiet, and a minute before it is', () => {
  const minute = fc.integer({ min: 0, max: 1439 })
  const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 })
  let quietOnes = 0
  fc.assert(
    fc.property(minute, minute, days, fc.integer({ min: 1, max: 7 }), minute, (from, to, when, weekday, now) => {
      const rule = { from, to, days: when }
      const end = quietUntil({ weekday, minute: now }, rule)
      if (!end) return
      quietOnes++
      const day = (days: number) => ((weekday - 1 + days) % 7) + 1
      equal(quietUntil({ weekday: day(end.days), minute: end.minute }, rule), null)
      const before =
        end.minute === 0 ? { days: end.days - 1, minute: 1439 } : { days: end.days, minute: end.minute - 1 }
      ok(quietUntil({ weekday: day(before.days), minute: before.minute }, rule))
    }),
    { numRuns: 2000 },
  )
  ok(quietOnes > 100, `${quietOnes} were quiet`)
})
