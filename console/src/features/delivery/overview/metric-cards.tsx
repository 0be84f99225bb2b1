/** The five numbers. */
import { SimpleGrid } from '@mantine/core'
import type { z } from 'zod'
import type { bandsReply, DoraReply } from '#modules/delivery/dora/schemas.ts'
import { cardColumns } from './layout.ts'
import { type CardSearch, MetricCard } from './metric-card.tsx'

type MetricCardsProps = {
  reply: DoraReply
  bands: z.output<typeof bandsReply> | undefined
  search: CardSearch
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
