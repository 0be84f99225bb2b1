/** Seeded orders, so that the same inputs have the same p-values. Not for secrets. */

/** splitmix32: the finaliser of `prng.di.unimi.it/splitmix64.c` (Vigna, public domain) in its 32-bit form; 0 … 2^32 − 1. */
export function splitmix32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

/** At most this many orders a test. */
export const mostShuffles = 20_000

/** `mostShuffles` orders of 0 … n − 1 laid end to end; n is below 256. */
export type Orders = (n: number) => Uint8Array

/** Orders by Fisher and Yates, the same for all tests of one n; kept as long as the function is. */
export function makeOrders(): Orders {
  const made = new Map<number, Uint8Array>()
  return (n) => {
    const all = made.get(n) ?? shuffled(n)
    made.set(n, all)
    return all
  }
}

function shuffled(n: number): Uint8Array {
  const random = splitmix32(0x5eed + n)
  const all = new Uint8Array(n * mostShuffles)
  for (let start = 0; start < all.length; start += n) {
    for (let at = 0; at < n; at++) all[start + at] = at
    for (let at = n - 1; at > 0; at--) {
      const other = Math.floor((random() * (at + 1)) / 0x1_0000_0000)
      const kept = all[start + at]!
      all[start + at] = all[start + other]!
      all[start + other] = kept
    }
  }
  return all
}
