/** Seeded orders, so that the same inputs have the same p-values. */
import { splitmix32 } from '#kernel/random/index.ts'

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
