/** Which days a walk steps on: all of them, or Monday to Friday of the tenant's zone. A day is a day, whatever the zone. */

export const dayKinds = ['all', 'working'] as const
export type DayKind = (typeof dayKinds)[number]

const dayMs = 86_400_000
const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs
const textOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** The day so many days later; earlier if negative. */
export const dayAfter = (day: string, days: number): string => textOf(numberOf(day) + days)

/** Days from one to the other: 0 for the same day. */
export const daysBetween = (from: string, to: string): number => numberOf(to) - numberOf(from)

/** 0 is Monday; 1970-01-01 was a Thursday. */
const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7

/** Whether walks of this kind step on the day. */
export const isWalked = (day: string, kind: DayKind): boolean => kind === 'all' || weekday(numberOf(day)) < 5

/** How many days from `first` to `last`, both included, are walked on. */
export function walkedDays(first: string, last: string, kind: DayKind): number {
  const days = Math.max(0, daysBetween(first, last) + 1)
  if (kind === 'all') return days
  const begins = weekday(numberOf(first))
  let working = Math.floor(days / 7) * 5
  for (let at = 0; at < days % 7; at++) if ((begins + at) % 7 < 5) working++
  return working
}

/** The day on which the step number `step` (from 1 on) of a walk falls that begins on `first`. */
export function dayOfStep(first: string, step: number, kind: DayKind): string {
  if (kind === 'all') return dayAfter(first, step - 1)
  const begins = numberOf(first)
  // From the Monday of that week, so that weeks of five steps are weeks.
  const monday = begins - weekday(begins)
  const steps = step - 1 + Math.min(weekday(begins), 5)
  return textOf(monday + Math.floor(steps / 5) * 7 + (steps % 5))
}
