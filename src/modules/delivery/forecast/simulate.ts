/** Simulated answers, where an exact one would take too long or the scope grows: many walks over days drawn from the history. */

import type { Random } from '#kernel/random/index.ts'
import type { Spread } from './distribution.ts'
import { drawing } from './draws.ts'

/** How many walks an answer rests on. */
export const runs = 10_000

/** A simulation that is carried on a slice at a time, so that a long one keeps nobody waiting. */
export type Simulation = {
  /** Walks until about `draws` days were drawn or all walks are done; returns whether they are. */
  carryOn(draws: number): boolean
  /** What came out, once all walks are done. */
  spread(): Spread
}

/** Every day of the history is as likely as any other; `arrived` of a day counts beside its `finished`. */
type Days = { readonly finished: readonly number[]; readonly arrived?: readonly number[] | undefined }

/**
 * Days until `items` are finished. With `arrived`, what comes in on a day that was drawn has to be finished as well: both counts
 * are of the same day, so days on which much happens stay such days. A walk that `cap` days do not end is `beyond`.
 */
export function simulateDays(
  { finished, arrived }: Days,
  items: number,
  cap: number,
  random: Random,
  walks = runs,
): Simulation {
  const steps = Int32Array.from(finished, (count, day) => count - (arrived?.[day] ?? 0))
  const longest = steps.reduce((most, step) => Math.max(most, step))
  const draw = drawing(steps, random)
  return simulation(walks, () => {
    let rest = items
    for (let day = 1; day <= cap; day++) {
      rest -= draw()
      if (rest <= 0) return { outcome: day, draws: day }
      // Not even the best days could end it any more.
      if (rest > longest * (cap - day)) return { outcome: null, draws: day }
    }
    return { outcome: null, draws: cap }
  })
}

/** Items finished in `days` days. */
export function simulateItems({ finished }: Days, days: number, random: Random, walks = runs): Simulation {
  const draw = drawing(Int32Array.from(finished), random)
  return simulation(walks, () => {
    let sum = 0
    for (let day = 0; day < days; day++) sum += draw()
    return { outcome: sum, draws: days }
  })
}

/** `outcome` null is a walk that came to no end. */
function simulation(walks: number, walk: () => { outcome: number | null; draws: number }): Simulation {
  const ends = new Map<number, number>()
  let left = walks
  return {
    carryOn(draws) {
      for (let drawn = 0; left > 0 && drawn < draws; left--) {
        const end = walk()
        drawn += end.draws
        if (end.outcome !== null) ends.set(end.outcome, (ends.get(end.outcome) ?? 0) + 1)
      }
      return left === 0
    },
    spread() {
      const values = Int32Array.from(ends.keys()).sort()
      const ended = [...ends.values()].reduce((sum, count) => sum + count, 0)
      return {
        values,
        shares: Float64Array.from(values, (value) => ends.get(value)! / walks),
        beyond: (walks - ended) / walks,
        error: 0,
      }
    },
  }
}
