/** Percentiles by nearest rank, x[⌈p·n⌉ − 1] of the sorted values: always a value that occurred. */

export type Percentiles = {
  readonly p50: number | null
  readonly p75: number | null
  readonly p90: number | null
  readonly n: number
}

/** p50, p75 and p90. Reorders `values` in place. */
export function percentilesOf(values: Int32Array): Percentiles {
  const [p50, p75, p90] = nearestRanks(values, [50, 75, 90]) as [number | null, number | null, number | null]
  return { p50, p75, p90, n: values.length }
}

/**
 * The values at these percents (ascending); null of nothing. Reorders `values` in place instead of sorting them: linear, and
 * the order never matters to us.
 */
export function nearestRanks(values: Int32Array, percents: readonly number[]): (number | null)[] {
  const n = values.length
  if (n === 0) return percents.map(() => null)
  let to = n - 1
  const descending = percents.toReversed().map((percent) => {
    const at = rank(percent, n)
    const value = select(values, at, 0, to)
    to = at
    return value
  })
  return descending.reverse()
}

/** ⌈p·n⌉ − 1 in whole numbers: 0.9 × 10 is not 9 in floating point. */
const rank = (percent: number, n: number) => Math.ceil((percent * n) / 100) - 1

/** Hoare's selection: afterwards everything before `k` is at most, everything after it at least, what stands there. */
function select(values: Int32Array, k: number, from: number, to: number): number {
  let [left, right] = [from, to]
  for (let round = 0; left < right; round++) {
    // An unlucky order: sorting what is left bounds the cost.
    if (round > 100) {
      values.subarray(left, right + 1).sort()
      break
    }
    const pivot = middleOfThree(values, left, right)
    let [i, j] = [left, right]
    while (i <= j) {
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i > j) break
      const swapped = values[i]!
      values[i++] = values[j]!
      values[j--] = swapped
    }
    if (k <= j) right = j
    else if (k >= i) left = i
    else break
  }
  return values[k]!
}

/** Quarter points, not ends: the values are days laid end to end, each ascending. */
function middleOfThree(values: Int32Array, left: number, right: number): number {
  const quarter = (right - left) >> 2
  const [a, b, c] = [values[left + quarter]!, values[left + 2 * quarter]!, values[right - quarter]!]
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
