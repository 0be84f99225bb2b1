/** Numbers and times as people read them. Pure; the locale is English on purpose, as all of the console. */

const minute = 60
const hour = 3600
const day = 86_400

/** `45 s`, `12 min`, `3.2 h`, `2.5 d`, `41 d`; a dash for null. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–'
  if (seconds < minute) return `${Math.round(seconds)} s`
  // The limits are a little short of the next unit, so that nothing reads `60 min`.
  if (seconds < hour - 30) return `${Math.round(seconds / minute)} min`
  if (seconds < day - 180) return `${shortNumber(seconds / hour)} h`
  return `${shortNumber(seconds / day)} d`
}

/** One decimal below ten, none above; no `.0`. */
export function shortNumber(value: number): string {
  const rounded = Math.abs(value) < 9.95 ? Math.round(value * 10) / 10 : Math.round(value)
  return rounded.toLocaleString('en', { maximumFractionDigits: 1 })
}

/** `12 %`, `0.4 %`; a dash for null. */
export const formatRatio = (ratio: number | null | undefined): string =>
  ratio === null || ratio === undefined ? '–' : `${shortNumber(ratio * 100)} %`

export const formatCount = (count: number): string => count.toLocaleString('en')

/** `3 changes`, `1 change`. */
export const plural = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`

/** `change_lead_time` → `change lead time`. */
export const humanize = (name: string): string => name.replaceAll(/[_-]+/g, ' ')

export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `12 Mar` or, with the year, `12 Mar 2026`, of a `YYYY-MM-DD` day; other text stays as it is. */
export function formatDay(isoDay: string, withYear = false): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(isoDay)) return isoDay
  const [year, month, dayOfMonth] = isoDay.split('-')
  const text = `${Number(dayOfMonth)} ${monthNames[Number(month) - 1]}`
  return withYear ? `${text} ${year}` : text
}

/** `12 Mar 2026, 14:05` in a time zone. */
export const formatMoment = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(iso))

/** `14:05` in a time zone. */
export const formatClock = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(iso))

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `812 B`, `1.4 MB`; steps of 1000. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${shortNumber(bytes / 1000 ** power)} ${byteUnits[power]}`
}

/** `0.4 ms`, `120 ms`, `3.2 s`. */
export const formatMilliseconds = (ms: number): string =>
  ms > 0 && ms < 0.05 ? '< 0.1 ms' : ms < 1000 ? `${shortNumber(ms)} ms` : formatDurationShort(ms / 1000)

const formatDurationShort = (seconds: number): string =>
  seconds < minute ? `${shortNumber(seconds)} s` : formatDuration(seconds)

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

/** `3 hr. ago`, `in 2 days`, seen from `nowMs`. */
export function formatRelative(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000
  const size = Math.abs(seconds)
  if (size < 45) return 'just now'
  if (size < 45 * minute) return relative.format(Math.round(seconds / minute), 'minute')
  if (size < 22 * hour) return relative.format(Math.round(seconds / hour), 'hour')
  if (size < 45 * day) return relative.format(Math.round(seconds / day), 'day')
  return relative.format(Math.round(seconds / (30 * day)), 'month')
}

/** The first seven characters of a commit's id. */
export const shortSha = (sha: string | null): string => sha?.slice(0, 7) ?? '–'
