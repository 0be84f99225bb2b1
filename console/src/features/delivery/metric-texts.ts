/** The five metrics in words: what each is called, how its value reads, what it lacks when there is none. */
import type { Metric, MetricName } from '#modules/delivery/dora/schemas.ts'
import { formatDuration, formatRatio, shortNumber } from '~/ui/format.ts'

type MetricText = {
  title: string
  /** What `n` counts. */
  counted: string
  /** Why there may be no value, and where that is mended. */
  missing: { text: string; to: '/connect' | '/incidents' | '/deployments'; action: string }
  /** The deployments behind the number. */
  only: 'failed' | 'rework' | undefined
}

const noDeployments = {
  text: 'No successful production deployment finished in this window.',
  to: '/connect',
  action: 'Connect a source',
} as const

export const metricTexts: Record<MetricName, MetricText> = {
  deployment_frequency: {
    title: 'Deployment frequency',
    counted: 'deployments',
    missing: noDeployments,
    only: undefined,
  },
  change_lead_time: {
    title: 'Change lead time',
    counted: 'changes',
    missing: {
      text: 'No change is known for the deployments of this window. Pushes and pull requests, or the git history, tell which.',
      to: '/connect',
      action: 'Send pushes or import git',
    },
    only: undefined,
  },
  change_failure_rate: {
    title: 'Change failure rate',
    counted: 'deployments',
    missing: noDeployments,
    only: 'failed',
  },
  failed_deployment_recovery_time: {
    title: 'Recovery time',
    counted: 'recoveries',
    missing: {
      text: 'No failed deployment was recovered in this window. If there were incidents, see whether they have a deployment.',
      to: '/incidents',
      action: 'Look at incidents',
    },
    only: 'failed',
  },
  deployment_rework_rate: {
    title: 'Rework rate',
    counted: 'deployments',
    missing: noDeployments,
    only: 'rework',
  },
}

type Unit = Metric['unit']

/** The unit each metric is told in. */
export const unitOf: Record<MetricName, Unit> = {
  deployment_frequency: 'deployment_days_per_week',
  change_lead_time: 'seconds',
  change_failure_rate: 'ratio',
  failed_deployment_recovery_time: 'seconds',
  deployment_rework_rate: 'ratio',
}

/** A value without words that would not fit an axis: `2.5 d`, `12 %`, `4`. */
export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return '–'
  if (unit === 'seconds') return formatDuration(value)
  return unit === 'ratio' ? formatRatio(value) : shortNumber(value)
}

/** Words that follow the value in a card. */
export const suffixOf = (unit: Unit): string => (unit === 'deployment_days_per_week' ? 'days/week' : '')
