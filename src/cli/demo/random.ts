/** Numbers that look random and are the same for the same seed. */
import { createHash } from 'node:crypto'

export type Random = {
  /** From 0 up to 1. */
  next(): number
  chance(probability: number): boolean
  /** A whole number from `low` to `high`, both possible. */
  whole(low: number, high: number): number
  pick<T>(list: readonly T[]): T
  /** Around `median`, never below 0, with a long tail: most durations of work look like this (log-normal). */
  around(median: number, spread?: number): number
  /** How many of many rare things happen where `mean` do on average (Poisson). */
  count(mean: number): number
}

export const digest = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex')

/** A generator for one purpose (mulberry32), so that what one team does shifts nothing at another. */
export function randomFor(...purpose: readonly (string | number)[]): Random {
  let state = Number.parseInt(digest(...purpose).slice(0, 8), 16)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  return {
    next,
    chance: (probability) => next() < probability,
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (list) => list[Math.floor(next() * list.length)]!,
    around: (median, spread = 0.6) => median * Math.exp(spread * normal()),
    count(mean) {
      const limit = Math.exp(-mean)
      let found = 0
      for (let product = next(); product > limit; product *= next()) found++
      return found
    },
  }
}
