/** From what stands in the address to days the API understands. Pure but for today's date. */
import type { WindowSearch } from './search.ts'

const dayMs = 86_400_000

/** Today in a time zone, `YYYY-MM-DD`. */
export const todayIn = (timeZone: string, now = new Date()): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)

/** A day, some days later (or earlier). */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** How many days a window has, both ends included. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs) + 1

/** A window of days, both included, and the stream it is about, as the API's query. */
type WindowQuery = {
  stream: string | undefined
  tech_stream: string | undefined
  from: string
  to: string
}

/** `from`/`to` win over `days`; without either, the last 90 days: of now, or of the time as of which is asked. */
export function resolveWindow(search: WindowSearch & { as_of?: string | undefined }, timeZone: string): WindowQuery {
  const to = search.to ?? todayIn(timeZone, search.as_of === undefined ? undefined : new Date(search.as_of))
  const from = search.from ?? addDays(to, 1 - Number(search.days ?? 90))
  // ISO days sort as text; a window written the wrong way round is turned.
  const [first, last] = [from, to].sort() as [string, string]
  return { stream: search.stream, tech_stream: search.tech_stream, from: first, to: last }
}

/** Points that are neither too few nor too many for the window. */
export const defaultInterval = (days: number): 'day' | 'week' | 'month' =>
  days <= 14 ? 'day' : days <= 200 ? 'week' : 'month'
