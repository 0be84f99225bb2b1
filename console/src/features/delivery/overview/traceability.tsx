/** How much of what shipped can be traced to tickets. */
import { Group, Paper, Text } from '@mantine/core'
import type { DoraReply } from '#modules/delivery/dora/schemas.ts'
import { formatCount, formatRatio, plural } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import type { WindowSearch } from '../search.ts'
import { traceabilityHeight } from './layout.ts'

type TraceabilityProps = { traceability: DoraReply['traceability']; search: WindowSearch }

/** The share, and the way to the deployments without a ticket. */
export function Traceability({
  traceability: { value, n, traced, changes_unknown: unknown },
  search,
}: TraceabilityProps) {
  const { stream, tech_stream, days, from, to } = search
  return (
    <Paper px="md" py="sm" mih={traceabilityHeight} component="section" aria-label="Traceability">
      <Group gap="xs">
        <Text fw={500}>Traceability</Text>
        {value === null ? (
          <Text c="dimmed">Insufficient data: no deployment in this window.</Text>
        ) : (
          <>
            <Text>
              {formatRatio(value)} of {plural(n, 'deployment')} {n === 1 ? 'has' : 'have'} a linked ticket.
            </Text>
            {traced < n ? (
              <TextLink
                to="/deployments"
                search={{ stream, tech_stream, days, from, to, only: 'untraced' }}
              >{`${formatCount(n - traced)} without`}</TextLink>
            ) : null}
            {unknown > 0 ? (
              <Text c="dimmed" size="sm">
                The changes of {formatCount(unknown)} are not known.
              </Text>
            ) : null}
          </>
        )}
      </Group>
    </Paper>
  )
}
