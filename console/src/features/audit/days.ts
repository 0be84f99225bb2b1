/** Days of a time zone as the instants at which they begin. Pure. */
import { addDays } from '../delivery/window.ts'

const dayMs = 86_400_000

/** How far a time zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - instant
}

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
