import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { bandsOf } from './bands.ts'
import { dayNumber } from './calendar.ts'
import { distributionOf, measure, seriesOf } from './measure.ts'
import type { DayRow } from './queries.ts'
import { windowOf } from './window.ts'

const bands = bandsOf('devlake-2023')
const now = new Date('2026-03-31T12:00:00Z')
const packed = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) bytes.writeInt32BE(value, at * 4)
  return bytes
}
const row = (day: string, more: Partial<DayRow> = {}): DayRow => ({
  day,
  deployments: 1,
  deploymentsWithChanges: 0,
  failed: 0,
  rework: 0,
  ticketed: 0,
  droppedChanges: 0,
  unrecovered: 0,
  unrecoveredSince: null,
  incidents: 0,
  unresolved: 0,
  unresolvedSince: null,
  lead: packed(),
  coding: packed(),
  pickup: packed(),
  review: packed(),
  deploy: packed(),
  recovery: packed(),
  restore: packed(),
  definition: 'dora-daily@1',
  computedAt: now,
  ...more,
})
const span = (from: string, to: string) => ({ from: dayNumber(from), to: dayNumber(to) })
const metricsOf = (rows: DayRow[], from: string, to: string) =>
  Object.fromEntries(measure(windowOf(rows, span(from, to), now), bands).map((metric) => [metric.name, metric]))

test('[D3] without data every metric says so and none says 0', () => {
  for (const metric of Object.values(metricsOf([], '2026-03-02', '2026-03-29'))) {
    const { value, n, state, level } = metric
    deepEqual({ value, n, state, level }, { value: null, n: 0, state: 'insufficient_data', level: null })
  }
})

test('[D7] deployment traceability is the share of production deployments with a linked ticket, and nothing without any', () => {
  const { deployment_frequency: traced } = metricsOf(
    [row('2026-03-03', { deployments: 4, ticketed: 3 })],
    '2026-03-02',
    '2026-03-29',
  )
  equal(traced!.details.ticketed_share, 0.75)
  const { deployment_frequency: none } = metricsOf([], '2026-03-02', '2026-03-29')
  equal(none!.details.ticketed_share, null)
})

test('[D3] below five observations a value is labelled, its level shown all the same', () => {
  const rows = [row('2026-03-03', { deployments: 4, failed: 1, lead: packed(60, 120, 180, 240, 300) })]
  const { change_failure_rate: rate, change_lead_time: lead } = metricsOf(rows, '2026-03-02', '2026-03-29')
  deepEqual([rate!.value, rate!.state, rate!.level], [0.25, 'low_confidence', 'low'])
  deepEqual([lead!.value, lead!.n, lead!.state, lead!.level], [180, 5, 'ok', 'elite'])
  equal(lead!.definition, 'dora-2024/change-lead-time@1')
})

test('[D3] frequency is the median of deployment days a week, zero weeks included, over whole weeks only', () => {
  // Monday 2 March … Sunday 29 March; deployments on 3, 2, 0 and 0 days of its weeks, and on days before and after.
  const days = [
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
    '2026-03-10',
    '2026-03-11',
    '2026-03-30',
  ]
  const rows = days.map((day) => row(day, { deployments: 2 }))
  const { deployment_frequency: whole } = metricsOf(rows, '2026-02-27', '2026-03-30')
  deepEqual([whole!.value, whole!.n, whole!.details.weeks, whole!.details.deployment_days], [0, 16, 4, 8])
  // A median of 0 days is not never: the band goes by the mean, here 8 days in 32.
  equal(whole!.level, 'medium')
  const { deployment_frequency: two } = metricsOf(rows, '2026-03-02', '2026-03-15')
  deepEqual([two!.value, two!.level], [2, 'high'])
  // Two days without a whole week: one deployment day of two is 3.5 of seven.
  equal(metricsOf(rows, '2026-03-11', '2026-03-12').deployment_frequency!.value, 3.5)
})

test('[D3] recovery leaves out what has not recovered, counts it and says how old the oldest is', () => {
  const rows = [
    row('2026-03-03', {
      deployments: 3,
      failed: 2,
      unrecovered: 1,
      unrecoveredSince: new Date('2026-03-03T12:00:00Z'),
      recovery: packed(900),
    }),
    row('2026-03-04', {
      deployments: 3,
      failed: 1,
      unrecovered: 1,
      unrecoveredSince: new Date('2026-03-04T12:00:00Z'),
    }),
  ]
  const { failed_deployment_recovery_time: recovery } = metricsOf(rows, '2026-03-02', '2026-03-29')
  const { unrecovered, oldest_unrecovered_seconds } = recovery!.details
  deepEqual([recovery!.value, recovery!.n, recovery!.coverage], [900, 1, 1 / 3])
  deepEqual({ unrecovered, oldest_unrecovered_seconds }, { unrecovered: 2, oldest_unrecovered_seconds: 28 * 86_400 })
})

test('[D3] a series has every interval, cut at the ends, and an idle week is a true zero of frequency alone', () => {
  const rows = [row('2026-03-04', { lead: packed(50) }), row('2026-03-18')]
  const series = seriesOf(rows, span('2026-03-04', '2026-03-19'), 'week', now)
  deepEqual(
    series.map(({ from, to, deployments }) => [from, to, deployments]),
    [
      ['2026-03-04', '2026-03-08', 1],
      ['2026-03-09', '2026-03-15', 0],
      ['2026-03-16', '2026-03-19', 1],
    ],
  )
  deepEqual(series[1]!.values.deployment_frequency, { value: 0, n: 0 })
  deepEqual(series[1]!.values.change_failure_rate, { value: null, n: 0 })
  equal(seriesOf([], span('2026-03-02', '2026-03-08'), 'week', now)[0]!.values.deployment_frequency.value, null)
  const months = seriesOf(rows, span('2025-12-31', '2026-03-01'), 'month', now)
  deepEqual(
    months.map(({ from, to }) => [from, to]),
    [
      ['2025-12-31', '2025-12-31'],
      ['2026-01-01', '2026-01-31'],
      ['2026-02-01', '2026-02-28'],
      ['2026-03-01', '2026-03-01'],
    ],
  )
})

test('[D3] the histogram counts every change once between fixed edges', () => {
  const bins = distributionOf(Int32Array.from([0, 899, 900, 86_400, 2_147_483_647]))
  equal(
    bins.reduce((sum, { count }) => sum + count, 0),
    5,
  )
  deepEqual([bins[0]!.count, bins[1]!.count, bins.at(-1)!.count, bins.at(-1)!.to_seconds], [2, 1, 1, null])
})
