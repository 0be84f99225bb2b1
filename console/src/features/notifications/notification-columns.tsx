/** How a notification stands in a row. */
import { Stack, Text } from '@mantine/core'
import { SeverityTag } from '~/features/operations/severity-tag.tsx'
import type { Column } from '~/ui/data-table.tsx'
import { capitalize, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import type { Notification } from './queries.ts'
import { SendAgain } from './send-again.tsx'
import { changeWords, reasonOf, stateTones } from './words.ts'

/** State, and when or why. */
export const StateOf = ({ of }: { of: Notification }) => {
  const why = reasonOf(of.why)
  return (
    <Stack gap={2} align="flex-start">
      <Tag tone={stateTones[of.state]}>{of.state}</Tag>
      {why ? (
        <Text
          size="sm"
          c={of.state === 'failed' ? 'var(--dt-low)' : 'dimmed'}
          maw={320}
          style={{ overflowWrap: 'anywhere' }}
        >
          {why}
        </Text>
      ) : null}
      {of.state === 'waiting' && of.due_at ? (
        <Text size="sm" c="dimmed">
          due <Moment value={of.due_at} />
        </Text>
      ) : null}
    </Stack>
  )
}

export const columns: Column<Notification>[] = [
  {
    id: 'what',
    header: 'Alert',
    cell: ({ alert_id: id, condition, subject, change, channel }) => (
      <Stack gap={2}>
        <TextLink to="/alerts/$id" params={{ id }} fw={500}>
          {changeWords[change]}: {capitalize(humanize(condition))}
        </TextLink>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {subject === '' ? '' : `${subject}, `}to {channel.name}
          {channel.removed ? ' (removed)' : ''}
        </Text>
      </Stack>
    ),
  },
  { id: 'severity', header: 'Severity', phone: false, cell: ({ severity }) => <SeverityTag severity={severity} /> },
  { id: 'state', header: 'State', cell: (row) => <StateOf of={row} /> },
  { id: 'attempts', header: 'Attempts', align: 'right', phone: false, cell: ({ attempts }) => attempts },
  {
    id: 'at',
    header: 'When',
    phone: false,
    cell: ({ told_at: told, created_at: written }) => <Moment value={told ?? written} />,
  },
]

export const again: Column<Notification> = {
  id: 'again',
  header: 'Action',
  align: 'right',
  cell: (row) => (row.state === 'failed' ? <SendAgain notification={row} /> : null),
}
