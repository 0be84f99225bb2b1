/**
 * Guards for reading payloads. A payload is whatever its sender signed: every field may be missing, of another type or absurdly
 * large. These return undefined for what cannot be used and never throw.
 */
export type Fields = Readonly<Record<string, unknown>>

const none: Fields = Object.freeze({})

/** The fields of an object; none for anything else, so that paths can be read without asking at every step. */
export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : none

/** The elements of an array, at most `max`; none for anything else. */
export const list = (value: unknown, max = 1000): readonly unknown[] =>
  Array.isArray(value) ? (value.length > max ? value.slice(0, max) : value) : []

const control = /\p{Cc}/u
const controls = /\p{Cc}+/gu

/** One line of text that PostgreSQL takes, cut at `max` characters: no control characters, no lone surrogates, not empty. */
export function text(value: unknown, max = 500): string | undefined {
  if (typeof value !== 'string') return undefined
  const cut = value.length > max ? value.slice(0, max) : value
  const line = (control.test(cut) ? cut.replace(controls, ' ') : cut).toWellFormed().trim()
  return line === '' ? undefined : line
}

/** Text of several lines that is only searched, never stored. */
export const prose = (value: unknown, max = 10_000): string => (typeof value === 'string' ? value.slice(0, max) : '')

/** A whole number above 0 and within `max`. */
export const positive = (value: unknown, max: number = Number.MAX_SAFE_INTEGER): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= max ? value : undefined

/** PostgreSQL's `integer`. */
export const maxInteger = 2_147_483_647

const fullSha = /^[0-9a-f]{40}$/
/** A commit's full id, lower-case; git's all-zero id is none. */
export function sha(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length !== 40) return undefined
  const lower = value.toLowerCase()
  return fullSha.test(lower) && !/^0+$/.test(lower) ? lower : undefined
}

const isoShape = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/
const compactOffset = /([+-]\d\d)(\d\d)$/
const latestMs = Date.UTC(9999, 11, 31)

/** An instant from 1970 to 9999, given as ISO 8601 with an offset (also Jira's `+0000`) or as milliseconds since 1970. */
export function instant(value: unknown): Date | undefined {
  const ms =
    typeof value === 'number'
      ? Math.trunc(value)
      : typeof value === 'string' && value.length <= 40 && isoShape.test(value)
        ? Date.parse(value.replace(' ', 'T').replace(compactOffset, '$1:$2'))
        : Number.NaN
  return ms >= 0 && ms <= latestMs ? new Date(ms) : undefined
}

/** A link that a browser may follow. */
export function link(value: unknown): string | undefined {
  const given = text(value, 1000)
  return given !== undefined && /^https?:\/\//i.test(given) && URL.canParse(given) ? given : undefined
}

const repositoryShape = /^[a-z0-9_.-]{1,100}\/[a-z0-9_.-]{1,100}$/
/** `owner/name` in lower case, from a payload's `repository`. */
export function repositoryOf(payload: Fields): string | undefined {
  const name = fields(payload.repository).full_name
  if (typeof name !== 'string' || name.length > 201) return undefined
  const lower = name.toLowerCase()
  return repositoryShape.test(lower) ? lower : undefined
}

/** Distinct values in the order of their bytes, which is also PostgreSQL's order under collation "C". */
export const sortedDistinct = (values: Iterable<string>): string[] =>
  [...new Set(values)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
