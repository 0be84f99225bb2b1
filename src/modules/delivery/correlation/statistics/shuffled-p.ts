/** How often chance alone makes ranks agree as well as these do. */
import { mostShuffles, type Orders } from './orders.ts'
import { product } from './ranks.ts'
import { asStrong, logGamma, pOfCoefficient } from './student.ts'

/** Where Student's t says this or more nobody needs to know it better. */
const clearlyNothing = 0.1
const leastShuffles = 2000
/** With so many shuffles that reached the coefficient, a share of them is known well enough. */
const enough = { early: 20, late: 10 }

/**
 * Two-sided p of the correlation of centred ranks `a` and `b` that are worth `effective` independent pairs. 2,000 to 20,000 seeded
 * shuffles of one side; shuffled weeks are independent, so they are held against the coefficient that is as strong with all n as the
 * seen one is with `effective`. Below what shuffles can tell, the tail of Student's t goes on from the tenth strongest shuffle; never
 * below the share of the orders that cannot be told from the seen one or its reverse: 2 / n! without ties.
 */
export function shuffledP(a: Float64Array, b: Float64Array, effective: number, ordersOf: Orders): number {
  const n = a.length
  const seen = product(a, b)
  const byTail = pOfCoefficient(seen, effective)
  if (byTail >= clearlyNothing) return byTail
  const strong = Math.abs(asStrong(seen, effective, n))
  const orders = ordersOf(n)
  const strongest = new Float64Array(enough.late)
  let reached = 0
  for (let shuffle = 0, start = 0; shuffle < mostShuffles; shuffle++, start += n) {
    let sum = 0
    for (let at = 0; at < n; at++) sum += a[at]! * b[orders[start + at]!]!
    const size = Math.abs(sum)
    // Sums of the same products in another order differ in their last digits.
    if (size >= strong - 1e-12) reached++
    if (size > strongest[0]!) insert(strongest, size)
    if (reached >= enough.early && shuffle + 1 >= leastShuffles) return (reached + 1) / (shuffle + 2)
  }
  if (reached >= enough.late) return (reached + 1) / (mostShuffles + 1)
  const tenth = pOfCoefficient(strongest[0]!, n)
  const going = tenth > 0 ? (pOfCoefficient(strong, n) / tenth) * ((enough.late + 1) / (mostShuffles + 1)) : 1
  return Math.min(
    (enough.late + 1) / (mostShuffles + 1),
    Math.max(going, 2 * Math.exp(logAlike(a, b) - logGamma(n + 1))),
  )
}

/** ln of how many orders leave all products as they are: those that change places within equal values of one side, or of the other. */
function logAlike(a: Float64Array, b: Float64Array): number {
  const within = (keyOf: (at: number) => string) => {
    const counts = new Map<string, number>()
    for (let at = 0; at < a.length; at++) counts.set(keyOf(at), (counts.get(keyOf(at)) ?? 0) + 1)
    return [...counts.values()].reduce((sum, count) => sum + logGamma(count + 1), 0)
  }
  return within((at) => String(a[at])) + within((at) => String(b[at])) - within((at) => `${a[at]} ${b[at]}`)
}

/** Keeps the strongest in ascending order. */
function insert(strongest: Float64Array, size: number): void {
  let at = 0
  while (at + 1 < strongest.length && strongest[at + 1]! < size) {
    strongest[at] = strongest[at + 1]!
    at++
  }
  strongest[at] = size
}
