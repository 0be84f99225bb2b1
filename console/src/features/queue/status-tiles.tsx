/** How many events stand where; a tile is also the filter. */
import { Paper, SimpleGrid, Text, UnstyledButton } from '@mantine/core'
import { eventStatuses } from '#modules/intake/schemas.ts'
import { formatCount } from '~/ui/format.ts'
import { statusTitles } from './event-status.tsx'
import type { EventStatus } from './queries.ts'

type StatusTilesProps = {
  counts: Partial<Record<EventStatus, number>>
  selected: EventStatus | undefined
  onSelect: (status: EventStatus | undefined) => void
}

/** Four tiles; choosing the chosen one again shows all. */
export const StatusTiles = ({ counts, selected, onSelect }: StatusTilesProps) => (
  <SimpleGrid cols={{ base: 2, sm: 4 }} role="group" aria-label="Filter by status">
    {eventStatuses.map((status) => (
      <UnstyledButton
        key={status}
        aria-pressed={selected === status}
        onClick={() => onSelect(selected === status ? undefined : status)}
        bdrs="md"
      >
        <Paper
          p={selected === status ? 15 : 16}
          bd={selected === status ? '2px solid var(--dt-line)' : '1px solid var(--mantine-color-default-border)'}
          shadow="none"
        >
          <Text size="sm" c="dimmed">
            {statusTitles[status]}
          </Text>
          <Text
            fz={26}
            fw={600}
            lh={1.3}
            data-figures
            c={status === 'dead_lettered' && (counts[status] ?? 0) > 0 ? 'var(--dt-low)' : undefined}
          >
            {formatCount(counts[status] ?? 0)}
          </Text>
        </Paper>
      </UnstyledButton>
    ))}
  </SimpleGrid>
)
