/** Exact answers: the distribution of a sum of days by convolution, and of the days that a sum needs by an absorbing walk. */
import type { Daily, Spread } from './distribution.ts'

/** Shares of the outcomes `from`, `from + 1`, …; `error` is what was cut off at the ends. */
type Dense = { readonly from: number; readonly mass: Float64Array; readonly error: number }

/** What is less likely than this is left out, at either end and each time: over the longest walk that is less than 1e-11. */
const negligible = 1e-15

/** How many items `days` independent days bring: the daily distribution to the power of `days`, by repeated squaring. */
export function sumOf(daily: Daily, days: number): Spread {
  let result: Dense = { from: 0, mass: Float64Array.of(1), error: 0 }
  let power = dense(daily)
  for (let rest = days; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = convolved(result, power)
    if (rest > 1) power = convolved(power, power)
  }
  return spreadOf(result, 0)
}

const spreadOf = ({ from, mass, error }: Dense, beyond: number): Spread => ({
  values: Int32Array.from(mass, (_, at) => from + at),
  shares: mass,
  beyond,
  error,
})

function dense({ values, shares }: Daily): Dense {
  const from = values[0]!
  const mass = new Float64Array(values.at(-1)! - from + 1)
  for (let at = 0; at < values.length; at++) mass[values[at]! - from] = shares[at]!
  return { from, mass, error: 0 }
}

function convolved(a: Dense, b: Dense): Dense {
  const mass = new Float64Array(a.mass.length + b.mass.length - 1)
  for (let i = 0; i < a.mass.length; i++) {
    const share = a.mass[i]!
    if (share === 0) continue
    for (let j = 0; j < b.mass.length; j++) mass[i + j]! += share * b.mass[j]!
  }
  return trimmed({ from: a.from + b.from, mass, error: a.error + b.error })
}

/** The same without ends that nobody will ever see, so that a sum of many days stays as narrow as it is. */
function trimmed({ from, mass, error }: Dense): Dense {
  let [first, last, low, high] = [0, mass.length - 1, 0, 0]
  while (first < last && low + mass[first]! < negligible) low += mass[first++]!
  while (last > first && high + mass[last]! < negligible) high += mass[last--]!
  return { from: from + first, mass: mass.subarray(first, last + 1), error: error + low + high }
}

/** Walks end when less than this is still under way. */
const settled = 1e-12

/**
 * How many days it takes until `items` are finished, the day on which the sum reaches them included. What is not finished after `cap`
 * days is `beyond`.
 */
export function daysUntil({ values, shares }: Daily, items: number, cap: number): Spread {
  // What is under way: `under[n]` is the share of walks with n items finished, between the bounds; `next` is the day after.
  let [under, next] = [new Float64Array(items), new Float64Array(items)]
  let [low, high] = [0, 0]
  under[0] = 1
  const done: number[] = []
  let [alive, error] = [1, 0]
  for (let day = 1; day <= cap && alive > settled; day++) {
    next.fill(0, low, Math.min(items, high + values.at(-1)! + 1))
    let arrived = 0
    for (let at = 0; at < values.length; at++) {
      const [value, share] = [values[at]!, shares[at]!]
      const stays = Math.min(high, items - 1 - value)
      for (let n = low; n <= stays; n++) next[n + value]! += under[n]! * share
      for (let n = Math.max(low, stays + 1); n <= high; n++) arrived += under[n]! * share
    }
    done.push(arrived)
    high = Math.min(items - 1, high + values.at(-1)!)
    let [slow, fast] = [0, 0]
    for (; low < high && slow + next[low]! < negligible; low++) slow += next[low]!
    for (; high > low && fast + next[high]! < negligible; high--) fast += next[high]!
    ;[under, next] = [next, under]
    error += slow + fast
    alive -= arrived + slow + fast
  }
  alive = Math.max(0, alive)
  const capped = done.length === cap
  return spreadOf({ from: 1, mass: Float64Array.from(done), error: error + (capped ? 0 : alive) }, capped ? alive : 0)
}

/** About how many multiplications `sumOf` takes: its last squarings are as wide as what they come to. */
export function costOfSum({ values, deviation }: Daily, days: number): number {
  const width = Math.min((values.at(-1)! - values[0]!) * days, 16 * deviation * Math.sqrt(days) + 16) + 1
  return 1.5 * width * width
}

/** About how many multiplications `daysUntil` takes: as wide as the walk spreads, on as many days as it lasts. */
export function costOfDays({ values, mean, deviation }: Daily, items: number, cap: number): number {
  const expected = items / mean
  const days = Math.min(cap, expected + 8 * (deviation / mean) * Math.sqrt(expected) + 8)
  return days * Math.min(items, 16 * deviation * Math.sqrt(days) + 16) * values.length
}
