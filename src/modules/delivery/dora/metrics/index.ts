/** All metrics, in the order in which they are shown. */
import { changeFailureRate } from './change-failure-rate.ts'
import { changeLeadTime } from './change-lead-time.ts'
import type { MetricDefinition } from './definition.ts'
import { deploymentFrequency } from './deployment-frequency.ts'
import { deploymentReworkRate } from './deployment-rework-rate.ts'
import { failedDeploymentRecoveryTime } from './failed-deployment-recovery-time.ts'

export const metricDefinitions: readonly MetricDefinition[] = [
  deploymentFrequency,
  changeLeadTime,
  changeFailureRate,
  failedDeploymentRecoveryTime,
  deploymentReworkRate,
]
