import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { splitmix32 } from '#kernel/random/index.ts'
import { autocorrelations, effectiveN } from './effective.ts'
import { qValues } from './false-discovery.ts'
import { makeOrders } from './orders.ts'
import { centred, product, ranksOf } from './ranks.ts'
import { shuffledP } from './shuffled-p.ts'
import { asStrong, logGamma, pOfCoefficient } from './student.ts'

const near = (seen: number | null, expected: number, within = 1e-9) =>
  ok(seen !== null && Math.abs(seen - expected) <= within, `${seen} is not ${expected}`)

function spearman(a: readonly number[], b: readonly number[]): number | null {
  const [x, y] = [centred(ranksOf(a)), centred(ranksOf(b))]
  return x && y && product(x, y)
}

test('[D11] equal values share the average of their ranks', () => {
  deepEqual([...ranksOf([10, 20, 10, 5, 20, 20])], [2.5, 5, 2.5, 1, 5, 5])
})

test('[D11] Spearman sees the order and not the shape; with ties it is Pearson of average ranks; constants have none', () => {
  near(spearman([1, 2, 3, 4], [1, 10, 100, 1000]), 1)
  near(spearman([1, 2, 3, 4], [9, 7, 3, 1]), -1)
  // 1 − 6 Σd² / (n (n² − 1)) with d = 1, −1, 1, −1, 0.
  near(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]), 0.8)
  // Ranks 1 2.5 2.5 4 and 1 2 3 4: 4.5 / √(4.5 × 5).
  near(spearman([1, 2, 2, 4], [1, 2, 3, 4]), 4.5 / Math.sqrt(4.5 * 5))
  equal(spearman([7, 7, 7], [1, 2, 3]), null)
})

test('[D11] Student’s t is that of the tables', () => {
  near(logGamma(5), Math.log(24), 1e-12)
  near(logGamma(0.5), Math.log(Math.sqrt(Math.PI)), 1e-12)
  // Two-sided 5 % and 0.1 % at 10 and 23 degrees of freedom: t = 2.228139, 4.586894, 2.068658.
  const ofT = (t: number, df: number) => pOfCoefficient(t / Math.sqrt(df + t * t), df + 2)
  near(ofT(2.2281388519649385, 10), 0.05, 1e-9)
  near(ofT(4.586893858702636, 10), 0.001, 1e-9)
  near(ofT(2.0686576104190406, 23), 0.05, 1e-9)
  // One degree of freedom is Cauchy's: 1 − 2 arctan(t) / π.
  near(ofT(3, 1), 1 - (2 * Math.atan(3)) / Math.PI, 1e-12)
  equal(pOfCoefficient(0.9, 2), 1)
  near(pOfCoefficient(asStrong(0.7, 12, 25), 25) < 0.05 ? asStrong(0.7, 25, 25) : 0, 0.7)
})

test('[D11] series that remember are worth fewer weeks, never more than there are', () => {
  const random = splitmix32(5)
  const slow = [0]
  for (let week = 1; week < 200; week++) slow.push(0.8 * slow[week - 1]! + random() / 0x1_0000_0000 - 0.5)
  const memory = autocorrelations(slow)
  near(memory[0]!, 0.8, 0.12)
  // 1 + 2 (0.8² + 0.8⁴ + 0.8⁶ + 0.8⁸) is 4.0.
  near(effectiveN(200, [0.8, 0.64, 0.512, 0.4096], [0.8, 0.64, 0.512, 0.4096]), 50, 1)
  equal(effectiveN(20, [0.5, 0, 0, 0], [-0.5, 0, 0, 0]), 20)
  deepEqual(autocorrelations([1, null, 2, 1]), [0, 0, 0, 0])
})

test('[D11] q-values are Benjamini and Hochberg’s', () => {
  // Their paper's fifteen (1995, section 3.2), of which four are found at 5 %.
  const paper = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ]
  equal([...qValues(paper)].filter((q) => q <= 0.05).length, 4)
  const qs = qValues([0.04, 0.01, 0.03, 0.02])
  for (const q of qs) near(q, 0.04)
  deepEqual([...qValues([])], [])
})

/** All orders of 0 … n − 1. */
function* all(n: number): Generator<number[]> {
  if (n === 0) yield []
  else for (const rest of all(n - 1)) for (let at = 0; at < n; at++) yield rest.toSpliced(at, 0, n - 1)
}

test('[D11] p by shuffles is the share of all 40,320 orders that agree as well, with and without ties', () => {
  const orders = makeOrders()
  for (const [a, b] of [
    [
      [1, 2, 3, 4, 5, 6, 7, 8],
      [2, 1, 4, 3, 5, 7, 6, 8],
    ],
    [
      [1, 2, 3, 4, 5, 6, 7, 8],
      [3, 1, 4, 2, 7, 5, 8, 6],
    ],
    [
      [1, 1, 1, 4, 5, 6, 6, 8],
      [2, 1, 2, 2, 5, 7, 5, 9],
    ],
  ] as const) {
    const [x, y] = [centred(ranksOf(a))!, centred(ranksOf(b))!]
    const seen = Math.abs(spearman(a, b)!)
    let reached = 0
    for (const order of all(8))
      if (Math.abs(x.reduce((sum, value, at) => sum + value * y[order[at]!]!, 0)) >= seen - 1e-12) reached++
    const exact = reached / 40_320
    const p = shuffledP(x, y, 8, orders)
    ok(Math.abs(p - exact) < 0.35 * exact + 1e-4, `${p} is not ${exact}`)
  }
})

test('[D11] p goes on smoothly below what shuffles can tell, and is never less than what orders there are', () => {
  const orders = makeOrders()
  const rising = Array.from({ length: 25 }, (_, at) => at)
  const ranks = centred(ranksOf(rising))!
  const pOf = (swaps: number) => {
    const other = [...rising]
    for (let at = 0; at < swaps; at++) [other[at], other[at + 6]] = [other[at + 6]!, other[at]!]
    return shuffledP(ranks, centred(ranksOf(other))!, 25, orders)
  }
  const ps = [0, 1, 2, 3, 4, 5, 6].map(pOf)
  for (const [at, p] of ps.entries()) ok(at === 0 || p >= ps[at - 1]!, String(ps))
  near(ps[0]!, 2 * Math.exp(-logGamma(26)), 1e-30)
  near(
    shuffledP(centred(ranksOf(rising.slice(0, 8)))!, centred(ranksOf(rising.slice(0, 8)))!, 8, orders),
    2 / 40_320,
    1e-9,
  )
  // With equal values more orders fit perfectly: of ten, 2! 2! 2! 2! either way.
  const tied = centred(ranksOf([1, 1, 2, 2, 3, 4, 5, 5, 6, 6]))!
  near(shuffledP(tied, tied, 10, orders), (2 * 16) / 3_628_800, 1e-12)
  // Worth half as many weeks, the same coefficient says much less.
  ok(shuffledP(ranks, centred(ranksOf(rising.with(0, 6).with(6, 0)))!, 8, orders) > 10 * pOf(1))
})
