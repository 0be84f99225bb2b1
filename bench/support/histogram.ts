/** Latencies in fixed bins of 50 µs up to 4 s: recording costs an increment, whatever the load. */
const binMs = 0.05
const bins = 80_000

export function histogram() {
  const counts = new Uint32Array(bins)
  let total = 0
  return {
    record(ms: number) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor(ms / binMs)))
      counts[bin]!++
      total++
    },
    /** Upper edge of the bin that holds this share of what was recorded; 0 when nothing was. */
    percentile(share: number): number {
      const wanted = Math.ceil(total * share)
      let seen = 0
      for (let bin = 0; bin < bins; bin++) {
        seen += counts[bin]!
        if (total > 0 && seen >= wanted) return (bin + 1) * binMs
      }
      return 0
    },
    total: () => total,
  }
}
