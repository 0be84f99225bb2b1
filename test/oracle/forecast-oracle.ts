/** Forecasts the slow way: items one by one, walks one by one, days by the calendar of the zone. Shares nothing with the module. */
import type { Random } from './dora-history.ts'

export type Item = { readonly created: Date; readonly finished: Date | null }
export type Asked = {
  readonly items: number
  /** Days ahead, `by` included. */
  readonly by: string
  readonly historyDays: number
  readonly working: boolean
}

const next = (day: string, days: number) => {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}
const isWorking = (day: string) => ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())

/** What walks from tomorrow on came to: the day of the last item, and the items by a day. */
export function simulate(
  items: readonly Item[],
  timeZone: string,
  today: string,
  asked: Asked,
  dice: Random,
  walks: number,
) {
  const dayOf = (at: Date) => new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at)
  const first = items.map(({ created }) => dayOf(created)).sort()[0]!
  const days: { finished: number; arrived: number }[] = []
  for (let back = asked.historyDays; back >= 1; back--) {
    const day = next(today, -back)
    if (day < first || (asked.working && !isWorking(day))) continue
    days.push({
      finished: items.filter(({ finished }) => finished && dayOf(finished) === day).length,
      arrived: items.filter(({ created }) => dayOf(created) === day).length,
    })
  }
  const done: { when: string[]; growing: (string | null)[]; howMany: number[] } = { when: [], growing: [], howMany: [] }
  const counted: string[] = []
  for (let day = next(today, 1); counted.length < 3650; day = next(day, 1))
    if (!asked.working || isWorking(day)) counted.push(day)
  const horizon = counted.filter((day) => day <= asked.by).length
  for (let walk = 0; walk < walks; walk++) {
    let [sum, step] = [0, 0]
    while (sum < asked.items) {
      sum += dice.pick(days).finished
      step++
    }
    done.when.push(counted[step - 1]!)
    let many = 0
    for (let day = 0; day < horizon; day++) many += dice.pick(days).finished
    done.howMany.push(many)
    let [open, at] = [asked.items, 0]
    while (open > 0 && at < counted.length) {
      const { finished, arrived } = dice.pick(days)
      open += arrived - finished
      at++
    }
    done.growing.push(open > 0 ? null : counted[at - 1]!)
  }
  return { ...done, days: days.length }
}
