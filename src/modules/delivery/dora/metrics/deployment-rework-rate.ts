import { type MetricDefinition, share } from './definition.ts'

/** Deployments that were unplanned repair. A failed deployment is not rework; the fix after it is. */
export const deploymentReworkRate: MetricDefinition = {
  name: 'deployment_rework_rate',
  unit: 'ratio',
  definition: 'dora-2024/deployment-rework-rate@1',
  summary: 'Share of successful production deployments that were unplanned, made to repair what users suffered from.',
  compute: ({ deployments, rework }) => ({
    value: share(rework, deployments),
    n: deployments,
    coverage: null,
    details: { rework, deployments },
  }),
}
