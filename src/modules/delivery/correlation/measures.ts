/** What of a stream is held against another, and what one test is. Bump `definition` with any change of a figure. */
export const definition = 'cross-stream/spearman-changes@2'

export { type Measure, measures } from './schemas.ts'

/** Weeks that one stream may be ahead of the other. */
export const mostLag = 4
export const lags: readonly number[] = Array.from({ length: 2 * mostLag + 1 }, (_, index) => index - mostLag)

/** Fewer common weeks than this, each with the week before it, are insufficient data. */
export const leastWeeks = 8
/** Relations up to this q stand out: of those that do, one in twenty is expected to be chance. */
export const level = 0.05
