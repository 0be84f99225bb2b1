import { percentilesOf } from '../nearest-rank.ts'
import { type MetricDefinition, share } from './definition.ts'

/** p50 over changes; negative times are dropped and counted. */
export const changeLeadTime: MetricDefinition = {
  name: 'change_lead_time',
  unit: 'seconds',
  definition: 'dora-2024/change-lead-time@1',
  summary:
    'Median over changes of the time from commit (committer time; of a squashed or rebased pull request, its first commit) to the end of the first successful production deployment that contains it.',
  compute(window) {
    const { p50, p75, p90, n } = percentilesOf(window.lead)
    return {
      value: p50,
      n,
      coverage: share(window.deploymentsWithChanges, window.deployments),
      details: {
        p75,
        p90,
        dropped_negative: window.droppedChanges,
        deployments_with_changes: window.deploymentsWithChanges,
        ...(window.stages && {
          coding: percentilesOf(window.stages.coding),
          pickup: percentilesOf(window.stages.pickup),
          review: percentilesOf(window.stages.review),
          deploy: percentilesOf(window.stages.deploy),
        }),
      },
    }
  },
}
