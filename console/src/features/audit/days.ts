/** Days of a time zone as the instants at which they begin. Pure. */
import { offsetAt } from '../../ui/time-zone.ts'
import { addDays } from '../delivery/window.ts'

const dayMs = 86_400_000

/** The instant at which a day (`YYYY-MM-DD`) begins in a time zone. */
export function startOfDay(day: string, timeZone: string): string {
  const utc = Date.parse(`${day}T00:00:00Z`)
  // The offset at the day's own beginning: looked up near it, then once more where the first guess led.
  const guess = utc - offsetAt(utc, timeZone)
  const instant = utc - offsetAt(guess, timeZone)
  return new Date(Math.abs(instant - utc) > dayMs ? guess : instant).toISOString()
}

/** Both days included, as the half-open span the API asks for. */
export const spanOf = (from: string | undefined, to: string | undefined, timeZone: string) => ({
  from: from && startOfDay(from, timeZone),
  to: to && startOfDay(addDays(to, 1), timeZone),
})
