/** The metrics' replies for looking at the console. */
import type { Metric } from '../../src/modules/delivery/dora/schemas.ts'
import { dayMs, iso, now, randomOf, streams } from './fixture-data.ts'

const parse = (text: string) => Date.parse(`${text}T00:00:00Z`)
const format = (ms: number) => new Date(ms).toISOString().slice(0, 10)

export const bands = {
  version: '2023.1',
  source: 'DORA 2023, contiguous',
  metrics: {
    deployment_frequency: { better: 'higher', inclusive: true, elite: 5, high: 1, medium: 0.25 },
    change_lead_time: { better: 'lower', inclusive: false, elite: 86_400, high: 7 * 86_400, medium: 30 * 86_400 },
    change_failure_rate: { better: 'lower', inclusive: true, elite: 0.05, high: 0.1, medium: 0.15 },
    failed_deployment_recovery_time: {
      better: 'lower',
      inclusive: false,
      elite: 3600,
      high: 86_400,
      medium: 7 * 86_400,
    },
    deployment_rework_rate: null,
  },
}

type Values = {
  deployments: number
  frequency: number
  lead: number
  failure: number
  recovery: number | null
  rework: number
}

const percentiles = (p50: number, n: number) => ({ p50, p75: p50 * 2.1, p90: p50 * 4.4, n })

const summaries: Record<string, string> = {
  deployment_frequency:
    'Median number of days per week with a successful production deployment; weeks without any count as zero.',
  change_lead_time:
    'Median time from a commit (clock: first commit of the pull request) to the end of the first production deployment with it.',
  change_failure_rate: 'Share of production deployments that needed remediation. Failed pipeline runs do not count.',
  failed_deployment_recovery_time: 'Median time from the end of a failed deployment to its recovery.',
  deployment_rework_rate: 'Share of production deployments that were unplanned and made to fix something users met.',
}

export function metricsOf({ deployments, frequency, lead, failure, recovery, rework }: Values): Metric[] {
  const none = deployments === 0
  const common = (name: string) => ({ coverage: null, definition: `${name}@1`, summary: summaries[name]!, details: {} })
  return [
    {
      ...common('deployment_frequency'),
      name: 'deployment_frequency',
      value: none ? null : frequency,
      unit: 'deployment_days_per_week',
      n: deployments,
      state: none ? 'insufficient_data' : 'ok',
      level: none ? null : frequency >= 5 ? 'elite' : frequency >= 1 ? 'high' : 'medium',
      details: none ? {} : { deployments_per_day: deployments / 90, weeks: 13, zero_weeks: 0 },
    },
    {
      ...common('change_lead_time'),
      name: 'change_lead_time',
      value: none ? null : lead,
      unit: 'seconds',
      n: none ? 0 : deployments * 4,
      coverage: none ? null : 0.94,
      state: none ? 'insufficient_data' : 'ok',
      level: none ? null : lead < 86_400 ? 'elite' : 'high',
      details: none ? {} : { lead_time: percentiles(lead, deployments * 4), dropped_negative: 2 },
    },
    {
      ...common('change_failure_rate'),
      name: 'change_failure_rate',
      value: none ? null : failure,
      unit: 'ratio',
      n: deployments,
      state: none ? 'insufficient_data' : 'ok',
      level: none ? null : failure <= 0.05 ? 'elite' : failure <= 0.1 ? 'high' : failure <= 0.15 ? 'medium' : 'low',
      details: none ? {} : { failed_deployments: Math.round(deployments * failure) },
    },
    {
      ...common('failed_deployment_recovery_time'),
      name: 'failed_deployment_recovery_time',
      value: recovery,
      unit: 'seconds',
      n: recovery === null ? 0 : 4,
      state: recovery === null ? 'insufficient_data' : 'low_confidence',
      level: recovery === null ? null : recovery < 3600 ? 'elite' : 'high',
      details: recovery === null ? {} : { unrecovered: 1, oldest_unrecovered_seconds: 190_000 },
    },
    {
      ...common('deployment_rework_rate'),
      name: 'deployment_rework_rate',
      value: none ? null : rework,
      unit: 'ratio',
      n: deployments,
      state: none ? 'insufficient_data' : 'ok',
      level: null,
      details: {},
    },
  ]
}

export type Asked = {
  stream: string
  from: string
  to: string
  interval: string
  asOf: string | null
  empty: boolean
}

export const overall: Values = {
  deployments: 261,
  frequency: 4.5,
  lead: 1.4 * 86_400,
  failure: 0.088,
  recovery: 5400,
  rework: 0.042,
}
export const nothing: Values = { deployments: 0, frequency: 0, lead: 0, failure: 0, recovery: null, rework: 0 }

export function intervalsOf({ from, to, interval }: Asked) {
  const width = interval === 'day' ? 1 : interval === 'week' ? 7 : 30
  const first = parse(from)
  const count = Math.ceil(((parse(to) - first) / dayMs + 1) / width)
  return Array.from({ length: count }, (_, index) => ({
    from: format(first + index * width * dayMs),
    to: format(Math.min(parse(to), first + ((index + 1) * width - 1) * dayMs)),
  }))
}

export function dora(asked: Asked) {
  const random = randomOf(asked.stream.length + 3)
  const series = intervalsOf(asked).map((span, index, all) => {
    const drift = 1.3 - (0.6 * index) / all.length
    const point = (value: number | null, n: number) => ({ value: asked.empty ? null : value, n: asked.empty ? 0 : n })
    const n = Math.round(12 + random() * 12)
    return {
      ...span,
      values: {
        deployment_frequency: point(Math.round(3 + random() * 2.4), n),
        change_lead_time: point(drift * 86_400 * (0.8 + random() * 1.6), n * 4),
        change_failure_rate: point(drift * random() * 0.17, n),
        failed_deployment_recovery_time: point(random() < 0.3 ? null : drift * (1200 + random() * 16_000), 2),
        deployment_rework_rate: point(random() * 0.09, n),
      },
      deployments: asked.empty ? 0 : n,
    }
  })
  const edges = [0, 3600, 4 * 3600, 86_400, 2 * 86_400, 4 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400]
  const counts = [64, 141, 208, 176, 203, 148, 71, 22, 6]
  return {
    stream: asked.stream,
    from: asked.from,
    to: asked.to,
    interval: asked.interval,
    time_zone: 'Europe/Berlin',
    bands_version: bands.version,
    as_of: iso(now - 94_000),
    known_at: asked.asOf,
    as_of_from: iso(now - 120 * dayMs),
    metrics: metricsOf(asked.empty ? nothing : overall),
    traceability: asked.empty
      ? { definition: 'daytwo/deployment-traceability@1', value: null, n: 0, traced: 0, changes_unknown: 0 }
      : { definition: 'daytwo/deployment-traceability@1', value: 217 / 261, n: 261, traced: 217, changes_unknown: 3 },
    series,
    lead_time_distribution: edges.map((edge, index) => ({
      from_seconds: edge,
      to_seconds: edges[index + 1] ?? null,
      count: asked.empty ? 0 : counts[index]!,
    })),
  }
}

export function doraStreams({ from, to, empty }: Asked) {
  const rows = [{ id: 'all', kind: 'all', name: 'All streams' }, ...(empty ? [] : streams)]
  return {
    from,
    to,
    time_zone: 'Europe/Berlin',
    bands_version: bands.version,
    as_of: iso(now - 94_000),
    streams: rows.map(({ id, kind, name }, index) => {
      const values =
        empty || index === 4
          ? nothing
          : {
              ...overall,
              deployments: 140 - index * 37,
              frequency: 5 - index * 1.5,
              lead: 40_000 * (1 + index * 3),
              failure: 0.04 + index * 0.04,
            }
      const metrics = metricsOf(values).map(({ name: metric, value, n, state, level }) => [
        metric,
        { value, n, state, level },
      ])
      return { stream: id, kind, name, deployments: values.deployments, metrics: Object.fromEntries(metrics) }
    }),
  }
}

export function leadTime(asked: Asked) {
  const random = randomOf(5)
  const none = { p50: null, p75: null, p90: null, n: 0 }
  const stage = (p50: number) => (asked.empty ? none : percentiles(p50, 980))
  return {
    stream: asked.stream,
    from: asked.from,
    to: asked.to,
    definition: 'change_lead_time@1',
    summary: summaries.change_lead_time,
    total: stage(1.4 * 86_400),
    stages: { coding: stage(46_000), pickup: stage(14_000), review: stage(21_000), deploy: stage(9000) },
    dropped_negative: asked.empty ? 0 : 2,
    coverage: asked.empty ? null : 0.94,
    series: intervalsOf(asked).map((span) => {
      const p50 = 86_400 * (0.8 + random() * 1.6)
      return { ...span, p50: asked.empty ? null : p50, p90: asked.empty ? null : p50 * (2.4 + random() * 2), n: 60 }
    }),
  }
}
