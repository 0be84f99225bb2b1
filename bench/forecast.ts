/**
 * Forecasts from 90 days of history: the exact answer against 10,000 simulated walks of our own and against the loop that one writes
 * first. Run alone with `bin/pinned-node bench/forecast.ts`.
 */

import { seeded } from '#kernel/random/index.ts'
import { daysUntil, sumOf } from '#modules/delivery/forecast/convolve.ts'
import { dailyOf } from '#modules/delivery/forecast/distribution.ts'
import { longestWalk } from '#modules/delivery/forecast/forecast.ts'
import { atLeast, atMost } from '#modules/delivery/forecast/percentiles.ts'
import { runs, simulateDays, simulateItems } from '#modules/delivery/forecast/simulate.ts'
import { median } from './support/median.ts'

export type ForecastRow = {
  readonly question: string
  readonly exactMs: number
  readonly simulatedMs: number
  readonly naiveMs: number
  /** P50 / P85 / P95 of each, which have to agree but for sampling. */
  readonly answers: readonly [exact: string, simulated: string, naive: string]
}

/** Some 1.8 items a day, none on weekends. */
const history = Array.from({ length: 90 }, (_, day) => (day % 7 > 4 ? 0 : [0, 3, 1, 4, 2, 0, 5, 1, 3, 6][day % 10]!))
const confidences = [50, 85, 95]
const rounds = 7

function naiveDays(items: number): string {
  const days = Array.from({ length: runs }, () => {
    let [sum, day] = [0, 0]
    while (sum < items) {
      sum += history[Math.floor(Math.random() * history.length)]!
      day++
    }
    return day
  }).sort((a, b) => a - b)
  return confidences.map((of) => days[Math.ceil((of * runs) / 100) - 1]).join(' / ')
}

function naiveItems(horizon: number): string {
  const sums = Array.from({ length: runs }, () => {
    let sum = 0
    for (let day = 0; day < horizon; day++) sum += history[Math.floor(Math.random() * history.length)]!
    return sum
  }).sort((a, b) => a - b)
  return confidences.map((of) => sums[Math.ceil(((100 - of) * runs) / 100) - 1]).join(' / ')
}

const whole = (simulation: ReturnType<typeof simulateDays>) => {
  simulation.carryOn(Number.POSITIVE_INFINITY)
  return simulation.spread()
}
const when = (spread: ReturnType<typeof daysUntil>) => confidences.map((of) => atMost(spread, of)).join(' / ')
const many = (spread: ReturnType<typeof daysUntil>) => confidences.map((of) => atLeast(spread, of)).join(' / ')

/** Contenders take turns; each time is the median of its rounds, the first of which only warms up. */
function compare(question: string, contenders: readonly [() => string, () => string, () => string]): ForecastRow {
  const times = contenders.map((): number[] => [])
  const answers = contenders.map(() => '')
  for (let round = 0; round <= rounds; round++)
    for (const [at, contender] of contenders.entries()) {
      const started = performance.now()
      answers[at] = contender()
      if (round > 0) times[at]!.push(performance.now() - started)
    }
  const [exactMs, simulatedMs, naiveMs] = times.map(median) as [number, number, number]
  return { question, exactMs, simulatedMs, naiveMs, answers: answers as [string, string, string] }
}

export function run(): ForecastRow[] {
  const daily = dailyOf(history)
  return [
    ...[20, 100, 500, 2000].map((items) =>
      compare(`days until ${items} items`, [
        () => when(daysUntil(daily, items, longestWalk)),
        () => when(whole(simulateDays({ finished: history }, items, longestWalk, seeded(1)))),
        () => naiveDays(items),
      ]),
    ),
    ...[30, 365].map((days) =>
      compare(`items in ${days} days`, [
        () => many(sumOf(daily, days)),
        () => many(whole(simulateItems({ finished: history }, days, seeded(1)))),
        () => naiveItems(days),
      ]),
    ),
  ]
}

export const reportForecast = (rows: readonly ForecastRow[]): string => `## Forecasts

90 days of history, ${runs.toLocaleString('en')} walks. Naive is \`Math.random()\` over an array and a sort; all three must say the same P50 / P85 / P95 but for sampling.

| question | exact ms | simulated ms | naive ms | exact against naive | exact | simulated | naive |
|---|---|---|---|---|---|---|---|
${rows
  .map(
    ({ question, exactMs, simulatedMs, naiveMs, answers }) =>
      `| ${question} | ${exactMs.toFixed(2)} | ${simulatedMs.toFixed(1)} | ${naiveMs.toFixed(1)} | ${(naiveMs / exactMs).toFixed(0)} × | ${answers.join(' | ')} |`,
  )
  .join('\n')}
`

if (import.meta.main) console.log(reportForecast(run()))
