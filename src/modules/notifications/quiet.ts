/**
 * Quiet hours: a pure rule over local days and minutes. What their end is as an instant, with clocks that are put forward or back in
 * between, PostgreSQL knows.
 */
export type Quiet = {
  /** Minutes since local midnight. */
  readonly from: number
  readonly to: number
  /** Days on which they begin; 1 is Monday, 7 Sunday. */
  readonly days: readonly number[]
}
/** A moment of the tenant's clock. */
export type Local = { readonly weekday: number; readonly minute: number }
/** Some days after a local day, at a minute of it. */
export type Later = { readonly days: number; readonly minute: number }

const dayMinutes = 24 * 60
/** Quiet hours that follow one another without a gap are one; a week has no more of them. */
const mostInARow = 8

const weekdayPlus = (weekday: number, days: number) => ((((weekday - 1 + days) % 7) + 7) % 7) + 1

/** Minutes that they last; the whole day when they end when they begin. */
const length = ({ from, to }: Quiet) => (to > from ? to - from : dayMinutes - from + to)

/** When it is quiet no longer, counted from the local day of `now`; null when it is not quiet at all. */
export function quietUntil(now: Local, quiet: Quiet | null): Later | null {
  if (!quiet) return null
  let end: number | null = null
  for (let round = 0; round < mostInARow; round++) {
    const at: number = end ?? now.minute
    const next = endOfQuietAt(now.weekday, at, quiet)
    if (next === null) break
    end = next
  }
  return end === null ? null : { days: Math.floor(end / dayMinutes), minute: end % dayMinutes }
}

/** `at` counts minutes from the midnight of `weekday`; quiet hours that hold it began that day or the day before. */
function endOfQuietAt(weekday: number, at: number, quiet: Quiet): number | null {
  const day = Math.floor(at / dayMinutes)
  let end: number | null = null
  for (const began of [day - 1, day]) {
    if (!quiet.days.includes(weekdayPlus(weekday, began))) continue
    const starts = began * dayMinutes + quiet.from
    const ends = starts + length(quiet)
    if (at >= starts && at < ends) end = Math.max(end ?? 0, ends)
  }
  return end
}

/** `HH:MM`, as channels are given them, in minutes since midnight. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
