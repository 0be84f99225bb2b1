/** Durations of requests as counts in buckets, so that minutes and processes can be added up and a percentile still be told. */

/** Upper bounds in milliseconds, each included; the last bucket has none. Stored rows depend on them: only ever add behind. */
export const latencyBoundsMs = [5, 10, 25, 50, 100, 200, 300, 400, 500, 600, 750, 1000, 1500, 2500, 5000] as const

export const noLatencies = (): number[] => new Array(latencyBoundsMs.length + 1).fill(0)

export function bucketOf(milliseconds: number): number {
  const index = latencyBoundsMs.findIndex((bound) => milliseconds <= bound)
  return index < 0 ? latencyBoundsMs.length : index
}

/**
 * The nearest-rank percentile, exact to its bucket and evenly spread within it; in the last, open bucket its lower bound.
 * Undefined without requests.
 */
export function percentileMs(buckets: readonly number[], percentile: number): number | undefined {
  const total = buckets.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  const rank = Math.ceil((percentile / 100) * total)
  let below = 0
  for (const [index, count] of buckets.entries()) {
    if (below + count >= rank) {
      const from = index === 0 ? 0 : latencyBoundsMs[index - 1]!
      const to = latencyBoundsMs[index] ?? from
      return from + ((rank - below) / count) * (to - from)
    }
    below += count
  }
  return latencyBoundsMs.at(-1)
}
