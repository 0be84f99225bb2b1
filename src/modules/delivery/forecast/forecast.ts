/** The two questions, answered exactly where that is quick and by simulation elsewhere. */
import { sleep } from '#kernel/clock/index.ts'
import { seeded } from '#kernel/random/index.ts'
import { costOfDays, costOfSum, daysUntil, sumOf } from './convolve.ts'
import { dailyOf, type Spread } from './distribution.ts'
import { type Simulation, simulateDays, simulateItems } from './simulate.ts'

/** Name and version of what is computed here, kept with each forecast. */
export const definition = 'throughput-forecast@1'

/** A day of the past, over: what was finished and what came in. */
export type PastDay = { readonly day: string; readonly finished: number; readonly arrived: number }

export type Forecast = {
  readonly method: 'exact' | 'simulated'
  /** With it a simulation can be repeated; null where nothing was drawn. */
  readonly seed: number | null
  readonly spread: Spread
}

/** No walk is followed further, in days. */
export const longestWalk = 3650

/** Multiplications that an exact answer may take, about 20 ms; more are simulated. */
const exactUpTo = 20_000_000

/** Days a simulation draws before it lets others have the process, about 5 ms. */
const drawsAtOnce = 500_000

/**
 * When will `items` items be finished? Steps of the walk, each a day drawn from `past`. With `growing` scope what comes in on the drawn
 * days has to be finished too. Null where nothing was ever finished: such a past says nothing about the future.
 */
export async function forecastDays(
  past: readonly PastDay[],
  items: number,
  growing: boolean,
  seed: number,
): Promise<Forecast | null> {
  const finished = past.map((day) => day.finished)
  if (!finished.some((count) => count > 0)) return null
  if (!growing) {
    const daily = dailyOf(finished)
    if (costOfDays(daily, items, longestWalk) <= exactUpTo)
      return { method: 'exact', seed: null, spread: daysUntil(daily, items, longestWalk) }
  }
  const arrived = growing ? past.map((day) => day.arrived) : undefined
  return simulated(seed, simulateDays({ finished, arrived }, items, longestWalk, seeded(seed)))
}

/** How many items will be finished in `days` steps of the walk? Null where nothing was ever finished. */
export async function forecastItems(past: readonly PastDay[], days: number, seed: number): Promise<Forecast | null> {
  const finished = past.map((day) => day.finished)
  if (!finished.some((count) => count > 0)) return null
  const daily = dailyOf(finished)
  if (costOfSum(daily, days) <= exactUpTo) return { method: 'exact', seed: null, spread: sumOf(daily, days) }
  return simulated(seed, simulateItems({ finished }, days, seeded(seed)))
}

async function simulated(seed: number, simulation: Simulation): Promise<Forecast> {
  while (!simulation.carryOn(drawsAtOnce)) await sleep(0)
  return { method: 'simulated', seed, spread: simulation.spread() }
}

/** Fewer days or fewer finished items than this are shown, but labelled. */
const confidentFrom = { days: 20, items: 10 }

/** Whether the past is too short, or too quiet, to trust what follows from it. */
export const lowConfidence = (past: readonly PastDay[]): boolean =>
  past.length < confidentFrom.days || past.reduce((sum, { finished }) => sum + finished, 0) < confidentFrom.items
