/** Did it hold? What came of a stored forecast, and how far off it was. */
import { dayAfter, daysBetween } from './calendar.ts'

export type Stored = {
  readonly id: number
  readonly kind: 'when' | 'how_many'
  /** The first day that is counted. */
  readonly madeOn: string
  readonly targetItems: number | null
  readonly targetDay: string | null
  /** After this day it is judged; null never. */
  readonly dueOn: string | null
  readonly p50: number | null
  readonly p85: number | null
  readonly p95: number | null
}

export type Score = {
  readonly id: number
  /** Days or items, as they came; null as long as that is not known. */
  readonly outcome: number | null
  readonly outcomeOn: string | null
  /** Past P95 and not finished yet. */
  readonly censored: boolean
  /** Pinball losses; null without an outcome, and where the forecast was "beyond". */
  readonly p50: number | null
  readonly p85: number | null
  readonly p95: number | null
  readonly settled: boolean
}

/** Events arrive late: an outcome is looked at again for so many days. */
const settlesAfterDays = 7

/**
 * The pinball (quantile) loss: what `outcome` is beyond the quantile counts `level`, what it falls short counts 1 − `level`. Its mean is
 * smallest for the true quantile (Koenker and Bassett, 1978).
 */
export const pinball = (level: number, quantile: number, outcome: number): number =>
  outcome >= quantile ? (outcome - quantile) * level : (quantile - outcome) * (1 - level)

/** What was finished, day by day: `before[n]` are the items finished before the n-th day after `first`. */
type Finished = { readonly first: string; readonly before: readonly number[] }

/** Adds up finished items from consecutive days. */
export function addUp(days: readonly { readonly day: string; readonly finished: number }[]): Finished {
  const before = [0]
  for (const { finished } of days) before.push(before.at(-1)! + finished)
  return { first: days[0]!.day, before }
}

/** Scores a forecast by what was finished up to yesterday; `finished` reaches back to the day it was made. */
export function score(forecast: Stored, finished: Finished, today: string): Score {
  const { outcome, outcomeOn } = outcomeOf(forecast, finished, today)
  const loss = (confidence: number, quantile: number | null) => {
    if (outcome === null || quantile === null) return null
    // "At least x with 85 % confidence" is the 15 % quantile.
    return pinball(forecast.kind === 'when' ? confidence : 1 - confidence, quantile, outcome)
  }
  return {
    id: forecast.id,
    outcome,
    outcomeOn,
    censored: outcome === null && forecast.dueOn !== null && forecast.dueOn < today,
    p50: loss(0.5, forecast.p50),
    p85: loss(0.85, forecast.p85),
    p95: loss(0.95, forecast.p95),
    settled: outcomeOn !== null && daysBetween(outcomeOn, today) > settlesAfterDays,
  }
}

function outcomeOf(
  { kind, madeOn, targetItems, targetDay }: Stored,
  { first, before }: Finished,
  today: string,
): { outcome: number | null; outcomeOn: string | null } {
  const unknown = { outcome: null, outcomeOn: null }
  const from = daysBetween(first, madeOn)
  if (kind === 'how_many') {
    if (targetDay! >= today) return unknown
    return { outcome: before[daysBetween(first, targetDay!) + 1]! - before[from]!, outcomeOn: targetDay! }
  }
  const needed = before[from]! + targetItems!
  const days = before.findIndex((count, at) => at > from && count >= needed) - from
  return days > 0 ? { outcome: days, outcomeOn: dayAfter(madeOn, days - 1) } : unknown
}
