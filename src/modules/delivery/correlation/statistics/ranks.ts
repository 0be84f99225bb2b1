/** Spearman's rank correlation: how far two series rise and fall in the same order, whatever the shape of either. */

/** Ranks from 1; equal values share the average of their ranks. */
export function ranksOf(values: readonly number[]): Float64Array {
  const order = Array.from(values, (_, at) => at).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}

/** Brings numbers to mean 0 and length 1, so that a correlation is a sum of products; null for numbers that are all equal. */
export function centred(values: Float64Array): Float64Array | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const out = values.map((value) => value - mean)
  const length = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0))
  return length < 1e-9 ? null : out.map((value) => value / length)
}

/** Pearson's coefficient of two centred series, from −1 to 1. */
export function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return Math.max(-1, Math.min(1, sum))
}
