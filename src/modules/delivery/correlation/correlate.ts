/** All tests of a run, from the weekly series to the relations that are kept. Pure, but for giving way to others now and then. */
import { setImmediate } from 'node:timers/promises'
import { lags, leastWeeks, type Measure, measures } from './measures.ts'
import type { Pair } from './pairs.ts'
import { autocorrelations, effectiveN } from './statistics/effective.ts'
import { qValues } from './statistics/false-discovery.ts'
import { makeOrders, type Orders } from './statistics/orders.ts'
import { centred, product, ranksOf } from './statistics/ranks.ts'
import { shuffledP } from './statistics/shuffled-p.ts'

/** A stream's values week by week, null where there is none; all of one length. */
export type StreamSeries = Readonly<Record<Measure, readonly (number | null)[]>>

/** The strongest lag of one measure of `a` against one of `b`. */
export type Relation = {
  readonly a: string
  readonly b: string
  readonly measureA: Measure
  readonly measureB: Measure
  /** Weeks from `a` to `b`: positive where `a` moves first. */
  readonly lag: number
  /** Spearman's, of week-to-week changes. */
  readonly coefficient: number
  /** Common changes, and how many independent ones they are worth. */
  readonly n: number
  readonly effectiveN: number
  readonly p: number
  readonly q: number
  /** By lag, from −4 to 4; null where data did not suffice. */
  readonly lagCoefficients: readonly (number | null)[]
  readonly lagQs: readonly (number | null)[]
}

type Correlated = {
  /** The most striking first: by q, then p, then names. */
  readonly relations: readonly Relation[]
  readonly tests: number
  /** Measures of pairs for which no lag had enough. */
  readonly insufficient: number
}

type Changes = { readonly values: readonly (number | null)[]; readonly memory: readonly number[] }
type Test = {
  readonly lag: number
  readonly coefficient: number
  readonly n: number
  readonly effective: number
  readonly p: number
}
type Tested = {
  readonly pair: Pair
  readonly measureA: Measure
  readonly measureB: Measure
  readonly tests: readonly (Test | null)[]
}

/** Shares are fractions: 0.3 − 0.2 and 0.1 differ in their last digit. A power of two, so that no fraction lies between two steps. */
const steps = 2 ** 40

/** Changes from one week to the next: two streams that only both grow do not agree in them. Equal changes are the same number. */
export function changesOf(values: readonly (number | null)[]): (number | null)[] {
  return values.slice(1).map((value, at) => {
    const before = values[at]
    return value === null || before == null ? null : Math.round((value - before) * steps) / steps
  })
}

/** Tests every measure of every pair at every lag. */
export async function correlate(
  streams: ReadonlyMap<string, StreamSeries>,
  pairs: readonly Pair[],
): Promise<Correlated> {
  const changes = new Map([...streams].map(([id, series]) => [id, changesOfAll(series)]))
  const tested: Tested[] = []
  const orders = makeOrders()
  for (const pair of pairs) {
    const [a, b] = [changes.get(pair[0])!, changes.get(pair[1])!]
    for (const measureA of measures)
      for (const measureB of measures)
        tested.push({ pair, measureA, measureB, tests: lags.map((lag) => test(a[measureA], b[measureB], lag, orders)) })
    // A pair takes milliseconds; whatever else this process does comes in between.
    await setImmediate()
  }
  const ps = tested.flatMap(({ tests }) => tests.flatMap((one) => (one ? [one.p] : [])))
  const qs = qValues(ps)
  let at = 0
  const relations = tested.flatMap((one) => {
    const lagQs = one.tests.map((found) => (found ? qs[at++]! : null))
    return strongestOf(one, lagQs)
  })
  return { relations: relations.sort(byStrength), tests: ps.length, insufficient: tested.length - relations.length }
}

const changesOfAll = (series: StreamSeries): Record<Measure, Changes> =>
  Object.fromEntries(
    measures.map((measure) => {
      const values = changesOf(series[measure])
      return [measure, { values, memory: autocorrelations(values) }]
    }),
  ) as unknown as Record<Measure, Changes>

/** Null where fewer than eight changes are common, or half of either side are one and the same: then most ranks are made up. */
function test(a: Changes, b: Changes, lag: number, orders: Orders): Test | null {
  const [x, y]: [number[], number[]] = [[], []]
  for (let at = Math.max(0, -lag); at < a.values.length && at + lag < b.values.length; at++) {
    const [here, there] = [a.values[at], b.values[at + lag]]
    if (here == null || there == null) continue
    x.push(here)
    y.push(there)
  }
  if (x.length < leastWeeks || mostlyOne(x) || mostlyOne(y)) return null
  const [ranksA, ranksB] = [centred(ranksOf(x)), centred(ranksOf(y))]
  if (!ranksA || !ranksB) return null
  const effective = effectiveN(x.length, a.memory, b.memory)
  return {
    lag,
    coefficient: product(ranksA, ranksB),
    n: x.length,
    effective,
    p: shuffledP(ranksA, ranksB, effective, orders),
  }
}

function mostlyOne(values: readonly number[]): boolean {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return Math.max(...counts.values()) * 2 > values.length
}

function strongestOf({ pair, measureA, measureB, tests }: Tested, lagQs: readonly (number | null)[]): Relation[] {
  const found = tests.filter((one) => one !== null)
  // Among equals the shorter way, and the coefficient before the sign of the lag.
  const [best] = found.sort(
    (one, other) =>
      one.p - other.p ||
      Math.abs(other.coefficient) - Math.abs(one.coefficient) ||
      Math.abs(one.lag) - Math.abs(other.lag),
  )
  if (!best) return []
  const { lag, coefficient, n, effective, p } = best
  return [
    {
      a: pair[0],
      b: pair[1],
      measureA,
      measureB,
      lag,
      coefficient,
      n,
      effectiveN: effective,
      p,
      q: lagQs[lags.indexOf(lag)]!,
      lagCoefficients: tests.map((one) => one?.coefficient ?? null),
      lagQs,
    },
  ]
}

const byStrength = (one: Relation, other: Relation): number =>
  one.q - other.q || one.p - other.p || (keyOf(one) < keyOf(other) ? -1 : 1)

const keyOf = ({ a, b, measureA, measureB }: Relation) => [a, b, measureA, measureB].join('\u001f')
