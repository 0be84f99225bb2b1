import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seeded } from '#kernel/random/index.ts'
import { daysUntil, sumOf } from './convolve.ts'
import { dailyOf, meanOf, type Spread } from './distribution.ts'
import { drawing } from './draws.ts'
import { forecastDays, forecastItems, longestWalk, lowConfidence, type PastDay } from './forecast.ts'
import { atLeast, atMost, barsOf, confidences, keptConfidences, percentile } from './percentiles.ts'
import { type Simulation, simulateDays, simulateItems } from './simulate.ts'

/** Days that finished so much, and on which so much came in. */
const past = (finished: readonly number[], arrived: readonly number[] = []): PastDay[] =>
  finished.map((count, day) => ({ day: `day ${day}`, finished: count, arrived: arrived[day] ?? 0 }))

const constant = (days: number, finished: number, arrived = 0) =>
  past(new Array(days).fill(finished), new Array(days).fill(arrived))

const done = (simulation: Simulation): Spread => {
  ok(simulation.carryOn(Number.POSITIVE_INFINITY))
  return simulation.spread()
}

const total = ({ shares, beyond }: Spread) => shares.reduce((sum, share) => sum + share, beyond)

test('[D9] two a day: ten items take five days and ten days bring twenty items, at every confidence', async () => {
  for (const growing of [false, true]) {
    const when = await forecastDays(constant(90, 2), 10, growing, 1)
    deepEqual(
      keptConfidences.map((confidence) => atMost(when!.spread, confidence)),
      keptConfidences.map(() => 5),
    )
    equal(when!.method, growing ? 'simulated' : 'exact')
  }
  const many = await forecastItems(constant(90, 2), 10, 1)
  deepEqual(
    keptConfidences.map((confidence) => atLeast(many!.spread, confidence)),
    keptConfidences.map(() => 20),
  )
})

test('[D9] surer is later for when, and fewer for how many', async () => {
  const history = past([0, 0, 5, 1, 0, 3, 0, 2, 8, 0, 1, 0, 0, 4])
  const when = (await forecastDays(history, 60, false, 1))!.spread
  const days = confidences.map((confidence) => atMost(when, confidence)!)
  const many = (await forecastItems(history, 30, 1))!.spread
  const items = confidences.map((confidence) => atLeast(many, confidence)!)
  ok(days[0]! < days[1]! && days[1]! < days[2]!, String(days))
  ok(items[0]! > items[1]! && items[1]! > items[2]!, String(items))
})

test('[D9] a small case by hand: days bring nothing or two', () => {
  const daily = dailyOf([0, 2])
  const two = sumOf(daily, 2)
  deepEqual(
    [...two.values].filter((_, at) => two.shares[at]! > 0),
    [0, 2, 4],
  )
  deepEqual(
    [...two.shares].filter((share) => share > 0),
    [0.25, 0.5, 0.25],
  )
  // 85 % sure of at least nothing: one time in four nothing comes.
  deepEqual(
    [50, 75, 85].map((confidence) => atLeast(two, confidence)),
    [2, 0, 0],
  )
  deepEqual(
    [24, 25, 74, 75, 76].map((percent) => percentile(two, percent)),
    [0, 0, 2, 2, 4],
  )
  // Two items: a coin a day. Five days at 95 %, for 1 − 2⁻⁵ is the first to reach it.
  const until = daysUntil(daily, 2, longestWalk)
  deepEqual(
    [50, 75, 85, 95].map((confidence) => atMost(until, confidence)),
    [1, 2, 3, 5],
  )
})

test('[D9] no day in the past, no forecast; a past without an end is told as beyond', async () => {
  equal(await forecastDays(constant(90, 0), 5, false, 1), null)
  equal(await forecastDays(past([]), 5, true, 1), null)
  equal(await forecastItems(constant(90, 0), 5, 1), null)
  // One item in ninety days: of 3650 days about 41 items come.
  const slow = past([1, ...new Array<number>(89).fill(0)])
  const exact = (await forecastDays(slow, 41, false, 1))!.spread
  ok(exact.beyond > 0.3 && exact.beyond < 0.7, String(exact.beyond))
  equal(atMost(exact, 95), null)
  ok(Math.abs(total(exact) - 1) < 1e-9)
  const never = (await forecastDays(constant(90, 1, 2), 5, true, 1))!
  deepEqual([never.spread.beyond, atMost(never.spread, 50), barsOf(never.spread, 10)], [1, null, []])
})

test('[D9] little past is low confidence', () => {
  deepEqual(
    [
      constant(19, 5),
      constant(20, 5),
      past([9, ...new Array<number>(89).fill(0)]),
      past([10, ...new Array<number>(89).fill(0)]),
    ].map(lowConfidence),
    [true, false, true, false],
  )
})

test('[D9] a growing scope needs what is finished beyond what comes in', async () => {
  const calm = (await forecastDays(past([3, 1, 2, 0]), 40, true, 7))!.spread
  const growing = (await forecastDays(past([3, 1, 2, 0], [1, 1, 1, 0]), 40, true, 7))!.spread
  // Of 1.5 a day 0.75 are left: twice as long.
  ok(Math.abs(meanOf(growing)! / meanOf(calm)! - 2) < 0.05, `${meanOf(growing)} against ${meanOf(calm)}`)
})

test('[D9] one seed, one answer; another seed, another', () => {
  const days = { finished: [0, 1, 2, 5, 0, 0, 1] }
  const of = (seed: number) => [...done(simulateDays(days, 30, longestWalk, seeded(seed))).shares]
  deepEqual(of(42), of(42))
  notDeepEqual(of(42), of(43))
})

test('[D9] carried on in slices, a simulation comes to the same', () => {
  const days = { finished: [0, 1, 2, 5, 0, 0, 1] }
  const whole = done(simulateItems(days, 20, seeded(9)))
  const slices = simulateItems(days, 20, seeded(9))
  let rounds = 0
  while (!slices.carryOn(1000)) rounds++
  ok(rounds > 100)
  deepEqual(slices.spread(), whole)
})

test('[D9] every day of the past is drawn as often as any other', () => {
  const draw = drawing(
    Int32Array.from({ length: 90 }, (_, day) => day),
    seeded(20261121),
  )
  const drawn = new Array<number>(90).fill(0)
  for (let at = 0; at < 900_000; at++) drawn[draw()]!++
  const chiSquare = drawn.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
  // 89 degrees of freedom: 99.9 % are below 136; the seed is fixed.
  ok(chiSquare < 136, String(chiSquare))
})

const counts = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 40 }).filter((days) => days.some((n) => n > 0))

/** The widest gap between two cumulative distributions (Kolmogorov–Smirnov). */
function gap(a: Spread, b: Spread): number {
  const all = [...new Set([...a.values, ...b.values])].sort((x, y) => x - y)
  const below = ({ values, shares }: Spread, most: number) =>
    shares.reduce((sum, share, at) => (values[at]! <= most ? sum + share : sum), 0)
  return Math.max(...all.map((value) => Math.abs(below(a, value) - below(b, value))))
}
/** 10,000 walks are further from the truth than this once in a hundred million times (Dvoretzky–Kiefer–Wolfowitz). */
const samplingError = Math.sqrt(Math.log(2 / 1e-8) / (2 * 10_000))

test('[D9] exact and simulated agree within the sampling error, for sums of days', () => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 40 }), fc.nat(), (finished, days, seed) => {
      const exact = sumOf(dailyOf(finished), days)
      const widest = gap(exact, done(simulateItems({ finished }, days, seeded(seed))))
      ok(widest < samplingError, `${widest}`)
      ok(Math.abs(total(exact) - 1) < 1e-9 && exact.error < 1e-12)
      const mean = (days * finished.reduce((sum, count) => sum + count, 0)) / finished.length
      ok(Math.abs(meanOf(exact)! - mean) < 1e-6 * Math.max(1, mean))
    }),
    { numRuns: 40 },
  )
})

test('[D9] exact and simulated agree within the sampling error, for days until a sum', () => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 60 }), fc.nat(), (finished, items, seed) => {
      const exact = daysUntil(dailyOf(finished), items, 400)
      const walked = done(simulateDays({ finished }, items, 400, seeded(seed)))
      const widest = Math.max(gap(exact, walked), Math.abs(exact.beyond - walked.beyond))
      ok(widest < samplingError, `${widest}`)
      ok(Math.abs(total(exact) - 1) < 1e-9 && exact.error < 1e-9)
    }),
    { numRuns: 40 },
  )
})

test('[D9] both exact answers are one: n items take more than d days exactly when d days bring fewer than n', () => {
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 30 }), (finished, items, days) => {
      const until = daysUntil(dailyOf(finished), items, 300)
      const sum = sumOf(dailyOf(finished), days)
      const within = until.shares.reduce((all, share, at) => (until.values[at]! <= days ? all + share : all), 0)
      const reached = sum.shares.reduce((all, share, at) => (sum.values[at]! >= items ? all + share : all), 0)
      ok(Math.abs(within - reached) < 1e-9, `${within} against ${reached}`)
    }),
    { numRuns: 200 },
  )
})

test('[D9] a past that would take too long to reckon exactly is simulated, with its seed', async () => {
  // One day closed a thousand items in bulk.
  const bulk = past([1000, ...Array.from({ length: 89 }, (_, day) => day % 40)])
  const many = (await forecastItems(bulk, 365, 5))!
  deepEqual([many.method, many.seed], ['simulated', 5])
  ok(Math.abs(total(many.spread) - 1) < 1e-9)
  const when = (await forecastDays(bulk, 10_000, false, 5))!
  deepEqual([when.method, when.seed], ['simulated', 5])
})

test('[D9] bars add up to everything that came to an end', () => {
  const spread = daysUntil(dailyOf([0, 0, 0, 1, 2]), 80, 150)
  const bars = barsOf(spread, 30)
  ok(bars.length <= 30 && bars.length > 10)
  ok(Math.abs(bars.reduce((sum, { share }) => sum + share, spread.beyond) - 1) < 1e-9)
  ok(bars.every(({ from, to }, at) => from <= to && (at === 0 || bars[at - 1]!.to + 1 === from)))
})

test('[D9] bars are whole however little came to an end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3650 }), fc.integer({ min: 1, max: 40 })), { maxLength: 30 }),
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 1, max: 30 }),
      (ends, without, most) => {
        const counts = new Map(ends)
        const walks = ends.length === 0 && without === 0 ? 1 : without + counts.values().reduce((sum, n) => sum + n, 0)
        const values = Int32Array.from(counts.keys()).sort()
        const spread = {
          values,
          shares: Float64Array.from(values, (value) => counts.get(value)! / walks),
          beyond: without / walks,
          error: 0,
        }
        const bars = barsOf(spread, most)
        ok(bars.length <= most && bars.every(({ from, to, share }) => from <= to && share >= 0))
        const shown = bars.reduce((sum, { share }) => sum + share, 0)
        ok(Math.abs(shown - (values.length === 0 ? 0 : 1 - spread.beyond)) < 1e-6, `${shown}`)
      },
    ),
  )
})
