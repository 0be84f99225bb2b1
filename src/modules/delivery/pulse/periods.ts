/** Which period of a survey a day belongs to. Days only; what instants they begin at is the database's affair. */
import type { Cadence } from './schemas.ts'

const dayMs = 86_400_000

const number = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs
const text = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** `months` after a day, or the month's last day where it is shorter; counted from the first day, so 31 January never drifts to the 28th. */
function monthsAfter(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}

const weeksOf = { weekly: 1, biweekly: 2 } as const

const startOf = (survey: { startsOn: string; cadence: Cadence }, index: number): string =>
  survey.cadence === 'monthly'
    ? monthsAfter(survey.startsOn, index)
    : text(number(survey.startsOn) + index * 7 * weeksOf[survey.cadence])

/** The period that `today` lies in, its last day included; undefined before the first. */
export function periodOf(
  survey: { startsOn: string; cadence: Cadence },
  today: string,
): { startsOn: string; endsOn: string } | undefined {
  if (today < survey.startsOn) return undefined
  const days = number(today) - number(survey.startsOn)
  // A month has at least 28 days, so the guess is never too early.
  let index = Math.floor(days / (survey.cadence === 'monthly' ? 28 : 7 * weeksOf[survey.cadence]))
  while (startOf(survey, index) > today) index--
  return { startsOn: startOf(survey, index), endsOn: text(number(startOf(survey, index + 1)) - 1) }
}
