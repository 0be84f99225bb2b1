/** The forecast's reply for looking at the console, reckoned by the product's own rules from a made-up history. */

import { seeded } from '../../src/kernel/random/index.ts'
import { dayAfter, dayOfStep, isWalked, walkedDays } from '../../src/modules/delivery/forecast/calendar.ts'
import { daysUntil, sumOf } from '../../src/modules/delivery/forecast/convolve.ts'
import { dailyOf } from '../../src/modules/delivery/forecast/distribution.ts'
import { definition, longestWalk, lowConfidence } from '../../src/modules/delivery/forecast/forecast.ts'
import { atLeast, atMost, barsOf } from '../../src/modules/delivery/forecast/percentiles.ts'
import type { ForecastReply } from '../../src/modules/delivery/forecast/schemas.ts'
import { simulateDays } from '../../src/modules/delivery/forecast/simulate.ts'
import { iso, now, randomOf } from './fixture-data.ts'

const today = new Date(now).toISOString().slice(0, 10)

export function forecast(query: URLSearchParams, empty: boolean): ForecastReply {
  const random = randomOf(7)
  const kind = query.get('days') === 'working' ? 'working' : 'all'
  const historyDays = Number(query.get('history_days') ?? 90)
  const history = Array.from({ length: historyDays }, (_, back) => {
    const day = dayAfter(today, back - historyDays)
    const busy = isWalked(day, 'working') && !empty
    return { day, finished: busy ? Math.floor(random() * 5) : 0, arrived: busy ? Math.floor(random() * 4.4) : 0 }
  })
  const drawn = history.filter(({ day }) => isWalked(day, kind))
  const sum = (of: 'finished' | 'arrived') => drawn.reduce((total, day) => total + day[of], 0)
  const items = Number(query.get('items') ?? (empty ? 0 : 64))
  const by = query.get('by') ?? dayAfter(today, 30)
  const first = dayOfStep(dayAfter(today, 1), 1, kind)
  const dayOf = (step: number | null) => (step === null ? null : dayOfStep(first, step, kind))
  const finished = drawn.map((day) => day.finished)
  function walked() {
    const arrived = drawn.map((day) => day.arrived)
    const simulation = simulateDays({ finished, arrived }, items, longestWalk, seeded(2_718_281))
    simulation.carryOn(Number.POSITIVE_INFINITY)
    return simulation.spread()
  }
  function when(growing: boolean): ForecastReply['when'] {
    if (empty || items === 0) return null
    const spread = growing ? walked() : daysUntil(dailyOf(finished), items, longestWalk)
    const days = { p50: atMost(spread, 50), p85: atMost(spread, 85), p95: atMost(spread, 95) }
    return {
      items,
      method: growing ? 'simulated' : 'exact',
      seed: growing ? 2_718_281 : null,
      runs: growing ? 10_000 : null,
      by: { p50: dayOf(days.p50), p85: dayOf(days.p85), p95: dayOf(days.p95) },
      days,
      capped_share: spread.beyond,
      distribution: barsOf(spread, 30).map(({ from, to, share }) => ({ from: dayOf(from)!, to: dayOf(to)!, share })),
    }
  }
  const steps = walkedDays(first, by, kind)
  const many = sumOf(dailyOf(finished), steps)
  return {
    stream: query.get('stream') ?? query.get('tech_stream') ?? 'all',
    time_zone: 'Europe/Stockholm',
    as_of: iso(now),
    definition,
    summary:
      'Days of the past are drawn at random, days without anything finished too, until enough items are finished or the day is reached: not a promise, but how often it came out so if the future resembles the days drawn from.',
    state: empty ? 'insufficient_data' : lowConfidence(drawn) ? 'low_confidence' : 'ok',
    from: history[0]!.day,
    to: history.at(-1)!.day,
    days: kind,
    n: drawn.length,
    finished: sum('finished'),
    arrived: sum('arrived'),
    coverage: 1,
    missing: { finished_on_other_days: 0 },
    history,
    open_items: empty ? 0 : 64,
    in_progress: empty ? 0 : 9,
    first_day: first,
    items_from: query.has('items') ? 'asked' : 'open_items',
    when: when(false),
    when_growing: query.get('scope_growth') === 'sampled' ? when(true) : null,
    how_many: empty
      ? null
      : {
          by,
          days: steps,
          method: 'exact',
          seed: null,
          runs: null,
          at_least: { p50: atLeast(many, 50)!, p85: atLeast(many, 85)!, p95: atLeast(many, 95)! },
          distribution: barsOf(many, 30),
        },
    series: { when: [], how_many: empty ? [] : saidBefore(random) },
    calibration: { from: dayAfter(today, -365), questions: empty ? [] : questions },
  }
}

/** Ninety nights, the last thirty without an outcome. */
const saidBefore = (random: () => number): ForecastReply['series']['how_many'] =>
  Array.from({ length: 90 }, (_, night) => {
    const made_on = dayAfter(today, night - 89)
    const p50 = 40 + Math.round(6 * Math.sin(night / 14) + random() * 3)
    const known = night < 60
    return {
      made_on,
      horizon_days: 30,
      by: dayAfter(made_on, 29),
      at_least: { p50, p85: p50 - 8, p95: p50 - 13 },
      outcome: known ? p50 + Math.round(random() * 22 - 10) : null,
      fate: known ? ('known' as const) : ('open' as const),
      low_confidence: false,
    }
  })

const questions: ForecastReply['calibration']['questions'] = [
  {
    kind: 'how_many',
    horizon_days: 14,
    n: 76,
    late: 0,
    pending: 14,
    void: 0,
    state: 'ok',
    held: { p50: 0.53, p85: 0.87, p95: 0.97 },
    loss: { p50: 3.1, p85: 1.7, p95: 0.8 },
    unit: 'items',
  },
  {
    kind: 'how_many',
    horizon_days: 30,
    n: 60,
    late: 0,
    pending: 30,
    void: 0,
    state: 'ok',
    held: { p50: 0.48, p85: 0.82, p95: 0.93 },
    loss: { p50: 4.4, p85: 2.6, p95: 1.2 },
    unit: 'items',
  },
  {
    kind: 'when',
    horizon_days: null,
    n: 12,
    late: 3,
    pending: 58,
    void: 3,
    state: 'low_confidence',
    held: { p50: 0.33, p85: 0.67, p95: 0.75 },
    loss: { p50: 5.2, p85: 4.1, p95: 2.2 },
    unit: 'days',
  },
]
