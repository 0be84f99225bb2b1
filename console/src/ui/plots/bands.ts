/** Benchmark bands as zones behind a plot, and in words. Pure. */
import type { z } from 'zod'
import type { band } from '#modules/delivery/dora/schemas.ts'
import type { Level } from '../level-badge.tsx'

/** Limits of a metric's levels; `low` is what is left. */
export type Band = z.output<typeof band>

export type Zone = { level: Level; from: number; to: number }

/** The zones between 0 and `max`, from the axis upwards, without empty ones. */
export function zonesOf(band: Band, max: number): Zone[] {
  const limits = band.better === 'lower' ? [band.elite, band.high, band.medium] : [band.medium, band.high, band.elite]
  const order: Level[] =
    band.better === 'lower' ? ['elite', 'high', 'medium', 'low'] : ['low', 'medium', 'high', 'elite']
  const edges = [0, ...limits, Number.POSITIVE_INFINITY]
  return order
    .map((level, index) => ({ level, from: edges[index]!, to: Math.min(edges[index + 1]!, max) }))
    .filter((zone) => zone.to > zone.from)
}

/** `up to 1 d`, `1 d – 7 d`, `over 30 d`; for higher-is-better `5 or more`, `1 – 5`, `under 1`. */
export function bandInWords(band: Band, level: Level, format: (value: number) => string): string {
  const elite = format(band.elite)
  const high = format(band.high)
  const medium = format(band.medium)
  const lower = band.better === 'lower'
  if (level === 'high') return lower ? `${elite} – ${high}` : `${high} – ${elite}`
  if (level === 'medium') return lower ? `${high} – ${medium}` : `${medium} – ${high}`
  if (level === 'elite')
    return lower ? (band.inclusive ? `up to ${elite}` : `under ${elite}`) : orMore(elite, band.inclusive)
  return lower ? orMore(medium, !band.inclusive) : band.inclusive ? `under ${medium}` : `up to ${medium}`
}

const orMore = (limit: string, inclusive: boolean) => (inclusive ? `${limit} or more` : `over ${limit}`)

const secondSteps = [15, 60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200].concat(
  [1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365].map((days) => days * 86_400),
)
const ratioSteps = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25]
const countSteps = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
const mostSteps = 4

/** Ticks of an axis from 0 to a round number not below `top`, in steps people count such values in. */
export function ticksOf(top: number, unit: 'seconds' | 'ratio' | 'count'): number[] {
  const steps = { seconds: secondSteps, ratio: ratioSteps, count: countSteps }[unit]
  const step = steps.find((candidate) => top <= candidate * mostSteps) ?? steps.at(-1)!
  const count = Math.max(1, Math.ceil(top / step))
  return Array.from({ length: count + 1 }, (_, index) => index * step)
}
