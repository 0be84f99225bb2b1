/** Distributions over whole numbers: what a day of the past brought, and what a walk of many such days may come to. */

/** What one day brings: each day of the history is as likely as any other. */
export type Daily = {
  /** The different counts, ascending. */
  readonly values: Int32Array
  /** The share of days that had each of them. */
  readonly shares: Float64Array
  readonly mean: number
  readonly deviation: number
  /** How many days the history has, zero days included. */
  readonly samples: number
}

/** What may come out, and how likely. */
export type Spread = {
  /** Outcomes, ascending. */
  readonly values: Int32Array
  /** The share of each. */
  readonly shares: Float64Array
  /** Share of what did not come to an end within the longest walk that is looked at. */
  readonly beyond: number
  /** What was left out because it is too unlikely to be worth its time: no sum of shares is wrong by more. */
  readonly error: number
}

/** The empirical distribution of daily counts. `counts` has an entry a day, 0 where nothing was finished. */
export function dailyOf(counts: readonly number[]): Daily {
  const days = new Map<number, number>()
  for (const count of counts) days.set(count, (days.get(count) ?? 0) + 1)
  const values = Int32Array.from(days.keys()).sort()
  const shares = Float64Array.from(values, (value) => days.get(value)! / counts.length)
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length
  return { values, shares, mean, deviation: Math.sqrt(variance), samples: counts.length }
}

/** The mean of what is not `beyond`; null where nothing is. */
export function meanOf({ values, shares }: Spread): number | null {
  let [sum, total] = [0, 0]
  for (let at = 0; at < shares.length; at++) {
    sum += shares[at]! * values[at]!
    total += shares[at]!
  }
  return total === 0 ? null : sum / total
}
