/** Receipts for looking at the console. */
import type { MetricName } from '../../src/modules/delivery/dora/schemas.ts'
import { dayMs, deployments, iso, now } from './fixture-data.ts'
import { type Asked, bands, metricsOf, nothing, overall } from './fixture-metrics.ts'

const nameOf = (query: URLSearchParams) => query.get('metric') as MetricName

function inputsOf(name: MetricName, empty: boolean) {
  if (name === 'change_failure_rate' || name === 'deployment_rework_rate')
    return { kind: 'share', numerator: empty ? 0 : 23, denominator: empty ? 0 : 261 }
  if (name === 'deployment_frequency')
    return {
      kind: 'weeks',
      weeks: [5, 4, 5, 3, 4, 5, 5, 2, 4, 5, 5, 4].map((days, week) => ({
        from: iso(now - (84 - 7 * week) * dayMs).slice(0, 10),
        deployment_days: empty ? 0 : days,
      })),
      rank: 6,
    }
  const at = name === 'change_lead_time' ? 120_960 : 5400
  const near = (from: number) => Array.from({ length: 5 }, (_, index) => Math.round(at * (from + 0.01 * index)))
  return empty
    ? { kind: 'percentile', percent: 50, n: 0, rank: null, before: [], at: null, after: [] }
    : { kind: 'percentile', percent: 50, n: 1044, rank: 522, before: near(0.95), at, after: near(1.01) }
}

const failureOf = (index: number, at: string) => ({
  cause: index % 3 === 2 ? 'revert' : 'incident',
  cause_key: index % 3 === 2 ? '4f5c1e0a9b' : `jira:OPS-${412 - index}`,
  method: 'service',
  confidence: 0.8,
  recovered_at: index % 4 === 3 ? null : iso(Date.parse(at) + 5_400_000),
  incident:
    index % 3 === 2
      ? null
      : {
          id: 90 + index,
          key: `OPS-${412 - index}`,
          title: 'Checkout answers slowly',
          started_at: iso(Date.parse(at) + 600_000),
          url: null,
        },
})

const shown = ({ id, repository, service, sha, finished_at }: (typeof deployments)[number]) => ({
  id,
  repository,
  service,
  sha,
  finished_at,
})

export function receipt(asked: Asked, query: URLSearchParams) {
  const name = nameOf(query)
  const { stream, from, to, empty } = asked
  const failing = name === 'change_failure_rate' || name === 'failed_deployment_recovery_time'
  const wanted = empty
    ? []
    : deployments.filter((row) => (failing ? row.failed : name === 'deployment_rework_rate' ? row.rework_reason : true))
  const counted = name === 'change_lead_time' ? 1044 : wanted.length
  return {
    stream,
    from,
    to,
    time_zone: 'Europe/Berlin',
    as_of: asked.asOf ?? iso(now),
    as_of_from: iso(now - 120 * dayMs),
    computed_at: iso(now - 94_000),
    metric: metricsOf(empty ? nothing : overall).find((metric) => metric.name === name)!,
    bands_version: bands.version,
    roll_up_definitions: ['dora-daily@1'],
    inputs: inputsOf(name, empty),
    digest: `sha256:${'3f9a1c07e2b84d56'.repeat(4)}`,
    facts: {
      part: query.get('part') ?? 'numerator',
      counted: empty ? 0 : counted + 2,
      listed: empty ? 0 : counted,
      on_sealed_days: empty ? 0 : 2,
      rows: wanted.slice(0, 20).map((row, index) => ({
        deployment: shown(row),
        change:
          name === 'change_lead_time'
            ? { repository: row.repository, sha: row.sha, committed_at: row.finished_at, pr_number: 1400 - index }
            : null,
        value: index === 4 ? null : 5400 + index * 4000,
        failures: failing ? [failureOf(index, row.finished_at)] : [],
        rework_reason: row.rework_reason,
        learned_at: row.finished_at,
      })),
    },
    next_cursor: null,
  }
}

export function receiptChanges({ stream, from, to, empty }: Asked, query: URLSearchParams) {
  const metric = metricsOf(empty ? nothing : overall).find(({ name }) => name === nameOf(query))!
  const { value, n, coverage, state, level } = metric
  const known = { value, n, coverage, state, level }
  const figures = { deployments: 4, failed: 0, rework: 0, changes: 12, recovered: 0 }
  const rows = deployments.filter((row) => row.failed).slice(3, 5)
  return {
    stream,
    from,
    to,
    time_zone: 'Europe/Berlin',
    metric: metric.name,
    unit: metric.unit,
    definition: metric.definition,
    since: query.get('since')!,
    as_of: iso(now),
    before: { ...known, value: value === null ? null : value * 0.9, n: Math.max(0, n - 2) },
    now: known,
    days: rows.map(({ finished_at }) => ({
      day: finished_at.slice(0, 10),
      before: figures,
      now: { ...figures, failed: 1 },
    })),
    facts: rows.map((row, index) => ({
      kind: index === 0 ? 'failure_found' : 'failure_withdrawn',
      day: row.finished_at.slice(0, 10),
      learned_at: iso(now - (index + 1) * dayMs),
      deployment: shown(row),
      failure: failureOf(index, row.finished_at),
      recovered_at_before: null,
      override: index === 0 ? null : { by: 'Maria Lindqvist', reason: 'The data centre lost its network.' },
      rework_reason: null,
      changes: null,
    })),
    more_facts: false,
  }
}
