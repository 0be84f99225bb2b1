/** Relations across streams the slow way, from the definitions: weeks by counting, ranks by comparing, chance by counting orders. */
import type { Random } from './dora-history.ts'

export type Shipped = {
  readonly repository: string
  readonly at: number
  readonly failed: boolean
  /** Seconds from commit to deployment; negative where a clock was wrong. */
  readonly leads: readonly number[]
}
export type Finished = { readonly project: string; readonly started: number | null; readonly finished: number }
export type OracleStream = {
  readonly id: string
  readonly kind: 'delivery' | 'tech'
  readonly repositories: readonly string[]
  readonly projects: readonly string[]
}
export type Histories = { readonly shipped: readonly Shipped[]; readonly finished: readonly Finished[] }
export const measures = [
  'deployments',
  'change_failure_share',
  'lead_time_p50',
  'throughput',
  'cycle_time_p50',
] as const
export type Measure = (typeof measures)[number]
type Values = readonly (number | null)[]
export type Series = Readonly<Record<Measure, Values>>

/** Shares are counted in so many parts, which 1 to 16 deployments a week all divide: sums and differences of them are exact. */
export const parts = 720_720
const dayMs = 86_400_000

const dayOf = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at)
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / dayMs
/** The Monday of a day's week. */
const mondayOf = (day: string): string => {
  let at = Date.parse(day)
  while (new Date(at).getUTCDay() !== 1) at -= dayMs
  return new Date(at).toISOString().slice(0, 10)
}
/** Mondays of the last full weeks before `now`, the oldest first. */
export const fullWeeks = (now: number, timeZone: string, weeks: number): string[] => {
  const current = Date.parse(mondayOf(dayOf(now, timeZone)))
  return Array.from({ length: weeks }, (_, n) => new Date(current - (weeks - n) * 7 * dayMs).toISOString().slice(0, 10))
}

const median = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1]!
/** What comes before the first that is more than 0 is not known. */
const sinceFirst = (counts: readonly number[]): Values =>
  counts.map((count, at) => (counts.slice(0, at + 1).some((one) => one > 0) ? count : null))

/** A stream's weeks; shares in `parts`. */
export function seriesOf(
  stream: OracleStream,
  { shipped, finished }: Histories,
  weeks: string[],
  zone: string,
): Series {
  const byWeek = <T>(all: readonly T[], at: (one: T) => number) => {
    const groups = Map.groupBy(all, (one) => mondayOf(dayOf(at(one), zone)))
    return weeks.map((week) => groups.get(week) ?? [])
  }
  const own = byWeek(
    shipped.filter(({ repository }) => stream.repositories.includes(repository)),
    ({ at }) => at,
  )
  const done = byWeek(
    finished.filter(({ project }) => stream.projects.includes(project)),
    ({ finished: at }) => at,
  )
  return {
    deployments: sinceFirst(own.map((week) => week.length)),
    change_failure_share: own.map((week) => {
      if (week.length > 16) throw new Error('parts are too few')
      return week.length === 0 ? null : (week.filter(({ failed }) => failed).length * parts) / week.length
    }),
    lead_time_p50: own.map((week) => median(week.flatMap(({ leads }) => leads.filter((seconds) => seconds >= 0)))),
    throughput: sinceFirst(done.map((week) => week.length)),
    cycle_time_p50: done.map((week) =>
      median(
        week.flatMap(({ started, finished: end }) =>
          started === null ? [] : [daysBetween(dayOf(started, zone), dayOf(end, zone)) + 1],
        ),
      ),
    ),
  }
}

/** Pairs of one kind that own nothing in common, by name; and how many own something. */
export function pairsOf(streams: readonly OracleStream[]) {
  const pairs: [string, string][] = []
  let sharing = 0
  for (const a of streams)
    for (const b of streams) {
      if (a.id >= b.id || a.kind !== b.kind) continue
      const isShared =
        a.repositories.some((one) => b.repositories.includes(one)) || a.projects.some((one) => b.projects.includes(one))
      if (isShared) sharing++
      else pairs.push([a.id, b.id])
    }
  return { pairs, sharing }
}

const changesOf = (values: Values): Values =>
  values.slice(1).map((value, at) => (value === null || values[at] == null ? null : value - values[at]))

/** Average ranks: how many are smaller, and half of those that are equal, itself among them. */
const ranksOf = (values: readonly number[]) =>
  values.map((value) => {
    const smaller = values.filter((other) => other < value).length
    const equal = values.filter((other) => other === value).length
    return smaller + (equal + 1) / 2
  })

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
function pearson(x: readonly number[], y: readonly number[]): number {
  const [ofX, ofY] = [mean(x), mean(y)]
  const sum = (of: (at: number) => number) => x.reduce((total, _, at) => total + of(at), 0)
  return (
    sum((at) => (x[at]! - ofX) * (y[at]! - ofY)) /
    Math.sqrt(sum((at) => (x[at]! - ofX) ** 2) * sum((at) => (y[at]! - ofY) ** 2))
  )
}

/** ρ(k) of what is known k weeks apart, 0 where that is fewer than sixteen times; against mean and variance of all that is known. */
function autocorrelation(values: Values, k: number): number {
  const known = values.filter((value) => value !== null)
  const centre = mean(known)
  const products = values.flatMap((value, at) => {
    const before = values[at - k]
    return value === null || before == null ? [] : [(value - centre) * (before - centre)]
  })
  const variance = mean(known.map((value) => (value - centre) ** 2))
  return products.length < 16 || variance === 0 ? 0 : mean(products) / variance
}

function effectiveOf(n: number, a: Values, b: Values): number {
  let sum = 0
  for (let k = 1; k <= 4; k++) sum += (1 - k / n) * autocorrelation(a, k) * autocorrelation(b, k)
  return sum <= 0 ? n : Math.max(2, n / (1 + 2 * sum))
}

/** ∫ f from 0 to `to`, by doubly exponential substitution: right to many digits even where f is steep at 0. */
function integral(f: (x: number) => number, to: number): number {
  const step = 1 / 32
  let sum = 0
  for (let t = -4; t <= 4; t += step) {
    const inner = Math.PI * Math.sinh(t)
    const share = 1 / (1 + Math.exp(-inner))
    sum += f(to * share) * share * (1 - share) * Math.PI * Math.cosh(t)
  }
  return sum * step * to
}

/** Two-sided p of Student's t for a coefficient of so many pairs: the share of directions that are as near to the axis. */
export function studentP(r: number, pairs: number): number {
  const power = pairs - 3
  if (pairs <= 2) return 1
  const density = (angle: number) => Math.sin(angle) ** power
  return integral(density, Math.acos(Math.min(1, Math.abs(r)))) / integral(density, Math.PI / 2)
}

/** The coefficient of `n` pairs with the t that `r` has of `effective` ones. */
function asStrong(r: number, effective: number, n: number): number {
  if (effective >= n || Math.abs(r) === 1) return Math.abs(r)
  const t = Math.abs(r) * Math.sqrt((effective - 2) / (1 - r * r))
  return t / Math.sqrt(n - 2 + t * t)
}

/** The share of all n! orders of `y` that agree with `x` (centred whole numbers both) as well as `strong`, by sets of used places. */
function shareOfOrders(x: readonly number[], y: readonly number[], strong: number): number {
  const norm = Math.sqrt(x.reduce((sum, one) => sum + one * one, 0) * y.reduce((sum, one) => sum + one * one, 0))
  const most = x.reduce((sum, one) => sum + Math.abs(one), 0) * Math.max(...y.map(Math.abs))
  let counts = new Map<number, Float64Array>([[0, new Float64Array(2 * most + 1).fill(1, most, most + 1)]])
  for (const here of x) {
    const next = new Map<number, Float64Array>()
    for (const [used, sums] of counts)
      y.forEach((there, place) => {
        if (used & (1 << place)) return
        const key = used | (1 << place)
        const into = next.get(key) ?? new Float64Array(sums.length)
        next.set(key, into)
        for (let at = 0; at < sums.length; at++) if (sums[at] !== 0) into[at + here * there]! += sums[at]!
      })
    counts = next
  }
  const [all] = counts.values()
  let [reached, total] = [0, 0]
  all!.forEach((orders, at) => {
    total += orders
    if (Math.abs(at - most) >= strong * norm - 1e-9) reached += orders
  })
  return reached / total
}

const drawn = 20_000
/** How many of so many drawn orders agree as well. */
function countOfDrawn(x: readonly number[], y: readonly number[], strong: number, dice: Random): number {
  const norm = Math.sqrt(x.reduce((sum, one) => sum + one * one, 0) * y.reduce((sum, one) => sum + one * one, 0))
  const order = [...y]
  let reached = 0
  for (let draw = 0; draw < drawn; draw++) {
    let sum = 0
    for (let at = order.length - 1; at >= 0; at--) {
      const other = dice.below(at + 1)
      const kept = order[other]!
      order[other] = order[at]!
      order[at] = kept
      sum += x[at]! * kept
    }
    if (Math.abs(sum) >= strong * norm - 1e-9) reached++
  }
  return reached
}

/** Where a p may lie. */
export type Between = { readonly least: number; readonly most: number }
const around = (p: number, factor: number): Between => ({ least: p / factor, most: Math.min(1, p * factor) })

/**
 * Where the product's p may lie, which is a share of 2,000 to 20,000 shuffles that it stops to count when 20 agreed: five standard
 * deviations around the share of all orders (up to 13 changes), or of 20,000 drawn ones, with five more of theirs. Below what its
 * shuffles can tell, a factor of four around the share of all orders, or of five around Student's t.
 */
function chanceOf(x: readonly number[], y: readonly number[], r: number, effective: number, dice: Random): Between {
  const n = x.length
  const plain = studentP(r, effective)
  if (plain >= 0.1) return { least: plain, most: plain }
  // Twice the ranks around their mean are whole numbers.
  const [a, b] = [x, y].map((ranks) => ranks.map((rank) => 2 * rank - (n + 1))) as [number[], number[]]
  const strong = asStrong(r, effective, n)
  const spread = (p: number) => 5 / Math.sqrt(p * Math.min(20_000, Math.max(2000, 20 / p)))
  if (n <= 13) {
    const p = shareOfOrders(a, b, strong)
    return around(p, p < 10 / 20_000 ? 4 : 1 + spread(p))
  }
  const reached = countOfDrawn(a, b, strong, dice)
  const p = reached / drawn
  if (reached >= 20) return around(p, 1 + spread(p) + 5 / Math.sqrt(reached))
  // Whoever is equal on a side may change places, and the whole may be turned round: at least so many orders are as strong.
  const alike = (2 * ordersWithin(x) * ordersWithin(y)) / ordersWithin(x.map((rank, at) => `${rank} ${y[at]}`))
  return around(Math.max(alike / factorial(n), Math.min(20 / drawn, studentP(strong, n))), 5)
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))
/** In how many orders equal values can change places. */
const ordersWithin = (values: readonly unknown[]): number =>
  [...new Set(values)].reduce<number>(
    (product, value) => product * factorial(values.filter((other) => other === value).length),
    1,
  )

export type Tested = {
  readonly lag: number
  readonly n: number
  readonly rho: number
  readonly effective: number
  readonly p: Between
}

/** One measure of `a` held against one of `b` that many weeks later; null where that is too little, or mostly one value. */
export function testAt(seriesA: Values, seriesB: Values, lag: number, dice: Random): Tested | null {
  const [a, b] = [changesOf(seriesA), changesOf(seriesB)]
  const both = a.flatMap((here, week) => {
    const there = b[week + lag]
    return here === null || there == null ? [] : [[here, there] as const]
  })
  const n = both.length
  const isMostlyOne = (side: 0 | 1) =>
    both.some((one) => both.filter((other) => other[side] === one[side]).length > n / 2)
  if (n < 8 || isMostlyOne(0) || isMostlyOne(1)) return null
  const [x, y] = [ranksOf(both.map(([here]) => here)), ranksOf(both.map(([, there]) => there))]
  const [rho, effective] = [pearson(x, y), effectiveOf(n, a, b)]
  return { lag, n, rho, effective, p: chanceOf(x, y, rho, effective, dice) }
}

/** Benjamini and Hochberg: the least, over all p that are no smaller, of p × how many tests there are ÷ how many are up to it. */
export function qsOf(ps: readonly number[]): number[] {
  const sorted = ps.toSorted((a, b) => a - b)
  const steps = sorted.map((p) => ({ p, q: (p * ps.length) / (sorted.lastIndexOf(p) + 1) }))
  return ps.map((own) => Math.min(1, ...steps.flatMap(({ p, q }) => (p >= own ? [q] : []))))
}
