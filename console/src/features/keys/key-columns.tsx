/** The columns of the list of keys. */
import { Button, Group, Stack, Text } from '@mantine/core'
import type { Column } from '~/ui/data-table.tsx'
import { Tag, type Tone } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { type Key, stateOf } from './queries.ts'

const tones: Record<ReturnType<typeof stateOf>, Tone> = {
  active: 'good',
  expiring: 'warning',
  expired: 'plain',
  revoked: 'plain',
}

type Actions = { onRotate: (key: Key) => void; onRevoke: (key: Key) => void }

function Rights({ apiKey }: { apiKey: Key }) {
  return (
    <Stack gap={4}>
      <Group gap={4}>
        {apiKey.scopes.map((scope) => (
          <Tag key={scope}>{scope}</Tag>
        ))}
      </Group>
      <Text size="sm" c="dimmed">
        {apiKey.streams ? `only ${apiKey.streams.join(', ')}` : 'all streams'}
      </Text>
    </Stack>
  )
}

/** Columns with buttons to rotate and revoke. */
export const keyColumns = ({ onRotate, onRevoke }: Actions): Column<Key>[] => [
  {
    id: 'name',
    header: 'Key',
    sortBy: ({ name }) => name,
    cell: ({ name, prefix }) => (
      <Stack gap={2}>
        <Text inherit fw={500}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" ff="monospace">
          {prefix}…
        </Text>
      </Stack>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: (key) => <Tag tone={tones[stateOf(key)]}>{stateOf(key)}</Tag>,
  },
  { id: 'rights', header: 'May', phone: false, cell: (key) => <Rights apiKey={key} /> },
  {
    id: 'used',
    header: 'Last used',
    sortBy: (key) => key.last_used_at,
    cell: ({ last_used_at: at }) =>
      at ? (
        <Moment value={at} />
      ) : (
        <Text span inherit c="dimmed">
          never
        </Text>
      ),
  },
  {
    id: 'expires',
    header: 'Expires',
    phone: false,
    sortBy: (key) => key.expires_at,
    cell: ({ expires_at: at }) =>
      at ? (
        <Moment value={at} />
      ) : (
        <Text span inherit c="dimmed">
          never
        </Text>
      ),
  },
  {
    id: 'actions',
    header: 'Actions',
    align: 'right',
    cell: (key) =>
      ['active', 'expiring'].includes(stateOf(key)) ? (
        <Group gap={6} wrap="nowrap" justify="flex-end">
          <Button variant="default" size="xs" onClick={() => onRotate(key)} aria-label={`Rotate ${key.name}`}>
            Rotate
          </Button>
          <Button variant="default" size="xs" onClick={() => onRevoke(key)} aria-label={`Revoke ${key.name}`}>
            Revoke
          </Button>
        </Group>
      ) : null,
  },
]
