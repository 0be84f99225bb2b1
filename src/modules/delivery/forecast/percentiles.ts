/** Reading a forecast: which confidence stands for which outcome. The two questions run in opposite directions. */
import type { Spread } from './distribution.ts'

/** Confidences that are told, in percent. */
export const confidences = [50, 85, 95] as const

/** Confidences that are kept of a stored forecast: 5, 10, … 95. */
export const keptConfidences: readonly number[] = Array.from({ length: 19 }, (_, at) => 5 * (at + 1))

/** Shares are sums of many roundings: one that misses a percentile by so little has reached it. */
const tolerance = 1e-9

/** Nearest rank, ascending: the smallest outcome that at least `percent` of all reach or stay below; null when it is `beyond`. */
export function percentile({ values, shares }: Spread, percent: number): number | null {
  let below = 0
  for (let at = 0; at < shares.length; at++) {
    below += shares[at]!
    if (below >= percent / 100 - tolerance) return values[at]!
  }
  return null
}

/** "With this confidence it takes at most …": later is surer, so P95 ≥ P85 ≥ P50. */
export const atMost = (spread: Spread, confidence: number): number | null => percentile(spread, confidence)

/**
 * "With this confidence there are at least …": fewer is surer, so P95 ≤ P85 ≤ P50. 85 % of all outcomes are at or above the 15th
 * percentile.
 */
export const atLeast = (spread: Spread, confidence: number): number | null => percentile(spread, 100 - confidence)

type Bar = { readonly from: number; readonly to: number; readonly share: number }

/**
 * The spread in at most `most` bars of one width that begin at its first likely outcome. The unlikeliest thousandth at either end is put
 * into the outermost bars, so that the shares add up to what is not `beyond`.
 */
export function barsOf(spread: Spread, most: number): Bar[] {
  const ended = 100 * (1 - spread.beyond)
  const first = spread.values.length === 0 ? null : percentile(spread, 0.001 * ended)
  if (first === null) return []
  const last = percentile(spread, 0.999 * ended) ?? first
  const width = Math.ceil((last - first + 1) / most)
  const bars = new Float64Array(Math.ceil((last - first + 1) / width))
  for (let at = 0; at < spread.shares.length; at++) {
    const bar = Math.floor((spread.values[at]! - first) / width)
    bars[Math.min(Math.max(bar, 0), bars.length - 1)]! += spread.shares[at]!
  }
  return Array.from(bars, (share, bar) => ({ from: first + bar * width, to: first + (bar + 1) * width - 1, share }))
}
