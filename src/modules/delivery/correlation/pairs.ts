/** Which streams are held against each other. */

type Candidate = {
  readonly id: string
  readonly kind: 'delivery' | 'tech'
  /** What it owns, `kind:value`. */
  readonly sources: readonly string[]
  /** Values in all its series. */
  readonly known: number
}
export type Pair = readonly [a: string, b: string]

/** Every pair of 50 streams. */
const mostPairs = 1225

/**
 * Pairs of one kind, the first id before the second. Two streams that own the same source move together because they are the same
 * thing in part, and a tech stream is made of what delivery streams own: such pairs are left out. Beyond `most` the pairs go about
 * which least is known.
 */
export function pairsOf(
  candidates: readonly Candidate[],
  most = mostPairs,
): { readonly pairs: readonly Pair[]; readonly sharing: number; readonly beyond: number } {
  const sorted = [...candidates].sort((a, b) => (a.id < b.id ? -1 : 1))
  const found: { pair: Pair; known: number }[] = []
  let sharing = 0
  sorted.forEach((a, index) => {
    const own = new Set(a.sources)
    for (const b of sorted.slice(index + 1)) {
      if (a.kind !== b.kind) continue
      if (b.sources.some((source) => own.has(source))) sharing++
      else found.push({ pair: [a.id, b.id], known: Math.min(a.known, b.known) })
    }
  })
  // Sorting is stable: equally known pairs stay in the order of their ids.
  const kept = found.sort((a, b) => b.known - a.known).slice(0, most)
  return { pairs: kept.map(({ pair }) => pair), sharing, beyond: found.length - kept.length }
}
