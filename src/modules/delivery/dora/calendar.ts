/** Arithmetic with days as whole numbers since 1970-01-01. Time zones are the database's affair; here a day is a day. */
import type { intervals } from './schemas.ts'

const dayMs = 86_400_000

export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs
export const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** The first Monday on or after a day; 1970-01-01 was a Thursday. */
export const mondayFrom = (day: number): number => day + ((((4 - day) % 7) + 7) % 7)

export type Interval = (typeof intervals)[number]

/** Cuts `from`…`to` (both included) into days, ISO weeks or months; the first and the last may be cut short. */
export function slices(from: number, to: number, interval: Interval): { from: number; to: number }[] {
  const out: { from: number; to: number }[] = []
  for (let start = from; start <= to; ) {
    const next = startOfNext(start, interval)
    out.push({ from: start, to: Math.min(next - 1, to) })
    start = next
  }
  return out
}

function startOfNext(day: number, interval: Interval): number {
  if (interval === 'day') return day + 1
  if (interval === 'week') return mondayFrom(day + 1)
  const date = new Date(day * dayMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / dayMs
}

/** The whole months inside a span of days (both included): from the first one's first day to before the day after the last. */
export function wholeMonths(from: string, to: string): { readonly from: string; readonly before: string } {
  const first = dayText(dayNumber(from) - 1)
  const [year, month] = first.split('-').map(Number) as [number, number]
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`
  return { from: next, before: `${dayText(dayNumber(to) + 1).slice(0, 7)}-01` }
}
