/** Weekly series of streams, from the weeks that the metrics tell. Pure. */
import type { DoraWeek } from '#modules/delivery/dora/index.ts'
import type { DeliveryFlowPort } from '#modules/delivery/flow/index.ts'
import type { StreamSeries } from './correlate.ts'

type FlowWeek = Awaited<ReturnType<DeliveryFlowPort['weekly']>>[number]

/**
 * A series a measure for every stream named, in the order of the weeks. An idle week of a stream at work has 0 deployments and 0 items
 * finished; before the first of the window it has neither, for nobody knows whether it was there. Shares and medians of nothing are null.
 */
export function seriesOf(
  streams: readonly string[],
  dora: readonly DoraWeek[],
  flow: readonly FlowWeek[],
): Map<string, StreamSeries> {
  const doraOf = Map.groupBy(dora, ({ stream }) => stream)
  const flowOf = Map.groupBy(flow, ({ stream }) => stream)
  return new Map(
    streams.map((stream) => {
      const [shipped, worked] = [doraOf.get(stream) ?? [], flowOf.get(stream) ?? []]
      return [
        stream,
        {
          deployments: sinceFirst(shipped.map(({ deployments }) => deployments)),
          change_failure_share: shipped.map(({ deployments, failed }) =>
            deployments === 0 ? null : failed / deployments,
          ),
          lead_time_p50: shipped.map(({ medianLeadSeconds }) => medianLeadSeconds),
          throughput: sinceFirst(worked.map(({ finished }) => finished)),
          cycle_time_p50: worked.map(({ medianCycleDays }) => medianCycleDays),
        },
      ]
    }),
  )
}

function sinceFirst(counts: readonly number[]): (number | null)[] {
  const first = counts.findIndex((count) => count > 0)
  return counts.map((count, at) => (first === -1 || at < first ? null : count))
}
