/** When the company works: 08:00–18:00 UTC, not at weekends and holidays, less in August and around the new year. */
export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

const holidays = new Set(['01-01', '05-01', '12-24', '12-25', '12-26', '12-31'])
const opens = 8 * hourMs
const closes = 18 * hourMs

export const startOfDay = (at: number): number => at - (at % dayMs)
/** 1 is Monday, 7 Sunday. */
export const weekday = (at: number): number => new Date(at).getUTCDay() || 7

export const isWorkday = (at: number): boolean =>
  weekday(at) <= 5 && !holidays.has(new Date(at).toISOString().slice(5, 10))

/** Share of the usual amount of new work that is begun on this day. */
export function intensity(at: number): number {
  if (!isWorkday(at)) return 0
  const monthAndDay = new Date(at).toISOString().slice(5, 10)
  if (monthAndDay >= '12-20' || monthAndDay <= '01-05') return 0.25
  return monthAndDay.startsWith('08') ? 0.55 : 1
}

/** `at`, or the next opening where the company is closed then. */
export function atWork(at: number): number {
  const day = startOfDay(at)
  if (isWorkday(day) && at < day + closes) return Math.max(at, day + opens)
  let next = day + dayMs
  while (!isWorkday(next)) next += dayMs
  return next + opens
}

/** The instant at which `minutes` of opening time have passed since `at`. */
export function afterWork(at: number, minutes: number): number {
  let from = atWork(at)
  let left = Math.max(minutes, 1) * minuteMs
  for (;;) {
    const closing = startOfDay(from) + closes
    if (from + left < closing) return Math.round((from + left) / 1000) * 1000
    left -= closing - from
    from = atWork(closing)
  }
}
