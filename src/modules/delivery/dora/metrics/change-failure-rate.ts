import { type MetricDefinition, share } from './definition.ts'

/** Distinct failed deployments over all deployments: never above 1, never 0 for want of deployments. */
export const changeFailureRate: MetricDefinition = {
  name: 'change_failure_rate',
  unit: 'ratio',
  definition: 'dora-2024/change-failure-rate@1',
  summary:
    'Share of successful production deployments that needed remediation: a linked incident, a rollback, a revert or a hotfix. A pipeline run that failed before it reached users is not a deployment.',
  compute: ({ deployments, failed }) => ({
    value: share(failed, deployments),
    n: deployments,
    coverage: null,
    details: { failed, deployments },
  }),
}
