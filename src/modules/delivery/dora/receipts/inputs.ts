/** What a metric's value is made of, and a digest of it. Pure. */
import { createHash } from 'node:crypto'
import { dayNumber, dayText } from '../calendar.ts'
import { weeksOf } from '../metrics/deployment-frequency.ts'
import type { DayRow } from '../queries.ts'
import type { MetricName } from '../schemas.ts'
import type { Window } from '../window.ts'
import type { Figures, Inputs } from './schemas.ts'

const neighbours = 5

/** The numbers to put into the definition. */
export function inputsOf(metric: MetricName, window: Window): Inputs {
  const { deployments: denominator } = window
  switch (metric) {
    case 'change_failure_rate':
      return { kind: 'share', numerator: window.failed, denominator }
    case 'deployment_rework_rate':
      return { kind: 'share', numerator: window.rework, denominator }
    case 'change_lead_time':
      return medianAmong(window.lead)
    case 'failed_deployment_recovery_time':
      return medianAmong(window.recovery)
    case 'deployment_frequency':
      return frequencyOf(window)
  }
}

function medianAmong(values: Int32Array): Inputs {
  const sorted = Int32Array.from(values).sort()
  const n = sorted.length
  const at = Math.ceil(n / 2) - 1
  return {
    kind: 'percentile',
    percent: 50,
    n,
    rank: n === 0 ? null : at + 1,
    before: n === 0 ? [] : [...sorted.subarray(Math.max(0, at - neighbours), at)],
    at: sorted[at] ?? null,
    after: [...sorted.subarray(at + 1, at + 1 + neighbours)],
  }
}

function frequencyOf(window: Window): Inputs {
  const weeks = weeksOf(window)
  if (weeks.length === 0)
    return { kind: 'scaled', deployment_days: window.deploymentDays.length, days: window.to - window.from + 1 }
  return {
    kind: 'weeks',
    weeks: weeks.map(({ monday, days }) => ({ from: dayText(monday), deployment_days: days })),
    rank: Math.ceil(weeks.length / 2),
  }
}

const hex = (packed: Uint8Array) => Buffer.from(packed).toString('hex')

/** The figures of a day that a metric is computed of, always in this order. */
const figuresOfDay: Readonly<Record<MetricName, (row: DayRow) => readonly (number | string)[]>> = {
  deployment_frequency: (row) => [row.deployments],
  change_lead_time: (row) => [row.deployments, row.deploymentsWithChanges, row.droppedChanges, hex(row.lead)],
  change_failure_rate: (row) => [row.deployments, row.failed],
  failed_deployment_recovery_time: (row) => [row.failed, row.unrecovered, hex(row.recovery)],
  deployment_rework_rate: (row) => [row.deployments, row.rework],
}

/** A day's figures as one text; empty where there is nothing, for such a day may have a row or none. */
export function canonicalDay(metric: MetricName, row: DayRow | undefined): string {
  const figures = row ? figuresOfDay[metric](row) : []
  return figures.every((figure) => figure === 0 || figure === '') ? '' : JSON.stringify(figures)
}

export type Scope = { definition: string; stream: string; from: string; to: string; timeZone: string }

/** `sha256:…` over the definition, what was asked, and each day's figures; not over the time as of which. */
export function digestOf(metric: MetricName, scope: Scope, rows: readonly DayRow[]): string {
  const { definition, stream, from, to, timeZone } = scope
  const days = [...rows]
    .filter(({ day }) => dayNumber(day) >= dayNumber(from) && dayNumber(day) <= dayNumber(to))
    .sort((a, b) => (a.day < b.day ? -1 : 1))
    .flatMap((row) => {
      const figures = canonicalDay(metric, row)
      return figures === '' ? [] : [`${row.day} ${figures}`]
    })
  const canonical = [definition, stream, from, to, timeZone, ...days].join('\n')
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`
}

export const briefFigures = (row: DayRow | undefined): Figures => ({
  deployments: row?.deployments ?? 0,
  failed: row?.failed ?? 0,
  rework: row?.rework ?? 0,
  changes: (row?.lead.length ?? 0) / 4,
  recovered: (row?.recovery.length ?? 0) / 4,
})
