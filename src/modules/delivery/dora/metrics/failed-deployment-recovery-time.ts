import { percentilesOf } from '../nearest-rank.ts'
import { ageSeconds, type MetricDefinition, share } from './definition.ts'

/** p50 over failed deployments that recovered; those that did not are counted beside it, with the oldest age. */
export const failedDeploymentRecoveryTime: MetricDefinition = {
  name: 'failed_deployment_recovery_time',
  unit: 'seconds',
  definition: 'dora-2023/failed-deployment-recovery-time@1',
  summary:
    'Median over failed deployments of the time from the end of the deployment until the last of its causes was remedied. Those not yet recovered are left out and counted.',
  compute(window) {
    const { p50, p75, p90, n } = percentilesOf(window.recovery)
    return {
      value: p50,
      n,
      coverage: share(n, window.failed),
      details: {
        p75,
        p90,
        failed: window.failed,
        unrecovered: window.unrecovered,
        oldest_unrecovered_seconds: ageSeconds(window.unrecoveredSince, window.now),
        mttr_2021: percentilesOf(window.restore),
        incidents: window.incidents,
        unresolved: window.unresolved,
        oldest_unresolved_seconds: ageSeconds(window.unresolvedSince, window.now),
      },
    }
  },
}
