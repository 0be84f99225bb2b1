/** The five numbers. */
import { SimpleGrid } from '@mantine/core'
import type { z } from 'zod'
import type { bandsReply, DoraReply } from '#modules/delivery/dora/schemas.ts'
import type { WindowSearch } from '../search.ts'
import { cardColumns } from './layout.ts'
import { MetricCard } from './metric-card.tsx'

type MetricCardsProps = {
  reply: DoraReply
  bands: z.output<typeof bandsReply> | undefined
  search: WindowSearch
}

/** One card a metric, in the order the API gives. */
export const MetricCards = ({ reply, bands, search }: MetricCardsProps) => (
  <SimpleGrid cols={cardColumns} component="section" aria-label="Metrics">
    {reply.metrics.map((metric) => (
      <MetricCard
        key={metric.name}
        metric={metric}
        band={bands?.metrics[metric.name] ?? undefined}
        bandsVersion={reply.bands_version}
        reply={reply}
        search={search}
      />
    ))}
  </SimpleGrid>
)
