/**
 * How many independent pairs a pair of series is worth. Weeks remember the weeks before them, and two series that both do so agree by
 * chance more often than independent ones: n* = n / (1 + 2 Σ (1 − k/n) ρx(k) ρy(k)) (Bartlett 1935; the form of Pyper and Peterman 1998).
 */

/** Weeks back that are looked at. */
const mostLags = 4

/** Autocorrelations at 1 … 4 weeks; null stands for a week without a value. 0 where too little is known to say. */
export function autocorrelations(values: readonly (number | null)[]): number[] {
  const known = values.filter((value) => value !== null)
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length
  return Array.from({ length: mostLags }, (_, index) => {
    const lag = index + 1
    let [sum, pairs] = [0, 0]
    for (let at = lag; at < values.length; at++) {
      const [now, before] = [values[at], values[at - lag]]
      if (now == null || before == null) continue
      sum += (now - mean) * (before - mean)
      pairs++
    }
    return variance < 1e-12 || pairs < 4 * mostLags ? 0 : sum / pairs / variance
  })
}

/** Never above `n`, so that what cannot be estimated well is never taken to be good news; never below 2. */
export function effectiveN(n: number, a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let index = 0; index < mostLags && index + 1 < n; index++) sum += (1 - (index + 1) / n) * a[index]! * b[index]!
  return Math.max(2, Math.min(n, n / Math.max(1, 1 + 2 * sum)))
}
