/** Connections: an address and a secret each; made, rotated and removed here. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '~/app/session.tsx'
import { useAskedNew } from '~/ui/asked-new.ts'
import { CopyAction } from '~/ui/copy.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { integrationHealthQuery } from '../queries.ts'
import { ConnectionSecret, type Made } from './connection-secret.tsx'
import { NewConnectionDialog } from './new-connection-dialog.tsx'
import { type Connection, connectionsQuery } from './queries.ts'
import { RemoveConnection } from './remove-connection.tsx'
import { RotateConnectionDialog } from './rotate-connection-dialog.tsx'

type Open =
  | { kind: 'new' }
  | { kind: 'rotate' | 'remove'; connection: Connection }
  | { kind: 'secret'; made: Made }
  | null

/** The list with its dialogs. */
export function ConnectionsPanel() {
  const query = useQuery(connectionsQuery)
  const health = useQuery(integrationHealthQuery).data
  const lastEventOf = ({ source, event_source: named }: Connection) =>
    health?.sources.find((one) => one.source === (named ?? source))?.last_event_at ?? null
  const mayWrite = useMay('connections:write')
  const [open, setOpen] = useState<Open>(null)
  const close = () => setOpen(null)
  useAskedNew(() => {
    if (mayWrite) setOpen({ kind: 'new' })
  })
  const showSecret = (made: Made) => setOpen({ kind: 'secret', made })
  const add = mayWrite ? (
    <Button size="xs" miw="max-content" leftSection={<IconPlus size={14} />} onClick={() => setOpen({ kind: 'new' })}>
      New connection
    </Button>
  ) : undefined
  return (
    <>
      <LoadedPanel
        title="Connections"
        note="An address with a secret of its own, one a sender, so that one can be changed without the others"
        action={add}
        height={160}
        query={query}
      >
        {({ connections }) =>
          connections.length === 0 ? (
            <Text c="dimmed">
              None yet: webhooks use the addresses of Connect. Make one for every sender that is to have its own secret.
            </Text>
          ) : (
            <DataTable
              bare
              caption="Connections"
              columns={[...columns, heard(lastEventOf), ...(mayWrite ? [actions(setOpen)] : [])]}
              rows={connections}
              rowKey={({ id }) => id}
              minWidth={320}
            />
          )
        }
      </LoadedPanel>
      {open?.kind === 'new' ? <NewConnectionDialog onMade={showSecret} onClose={close} /> : null}
      {open?.kind === 'rotate' ? (
        <RotateConnectionDialog connection={open.connection} onMade={showSecret} onClose={close} />
      ) : null}
      {open?.kind === 'remove' ? <RemoveConnection connection={open.connection} onClose={close} /> : null}
      {open?.kind === 'secret' ? (
        <ConnectionSecret
          made={open.made}
          connection={query.data?.connections.find(({ id }) => id === open.made.id)}
          onClose={close}
        />
      ) : null}
    </>
  )
}

const columns: Column<Connection>[] = [
  {
    id: 'name',
    header: 'Connection',
    sortBy: ({ name }) => name,
    cell: ({ name, source, event_source: named, signature }) => (
      <Stack gap={2}>
        <Text inherit fw={500}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" title={signature}>
          {named ?? source}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'url',
    header: 'Address',
    phone: false,
    cell: ({ url, name }) => (
      <Group gap={4} wrap="nowrap">
        <Text size="sm" ff="monospace" truncate="start" maw={{ base: 180, sm: 360 }} title={url}>
          {url}
        </Text>
        <CopyAction value={url} label={`address of ${name}`} />
      </Group>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ disabled_at: disabled, previous_secret_until: until }) =>
      disabled ? (
        <Tag>removed</Tag>
      ) : until && Date.parse(until) > Date.now() ? (
        <Stack gap={2}>
          <Tag tone="warning">two secrets</Tag>
          <Text size="sm" c="dimmed">
            the old one ends <Moment value={until} />
          </Text>
        </Stack>
      ) : (
        <Tag tone="good">active</Tag>
      ),
  },
  { id: 'created', header: 'Made', phone: false, cell: ({ created_at: at }) => <Moment value={at} /> },
]

/** GitHub and Jira may have several connections; what is known is when any of them was heard. */
const heard = (lastEventOf: (connection: Connection) => string | null): Column<Connection> => ({
  id: 'heard',
  header: 'Source heard',
  phone: false,
  cell: (connection) => {
    const at = lastEventOf(connection)
    return at === null ? 'not yet' : <Moment value={at} />
  },
})

const actions = (setOpen: (open: Open) => void): Column<Connection> => ({
  id: 'actions',
  header: 'Actions',
  align: 'right',
  cell: (connection) =>
    connection.disabled_at ? null : (
      <Group gap={6} wrap="nowrap" justify="flex-end">
        <Button
          variant="default"
          size="xs"
          onClick={() => setOpen({ kind: 'rotate', connection })}
          aria-label={`Rotate ${connection.name}`}
        >
          Rotate
        </Button>
        <Button
          variant="default"
          size="xs"
          onClick={() => setOpen({ kind: 'remove', connection })}
          aria-label={`Remove ${connection.name}`}
        >
          Remove
        </Button>
      </Group>
    ),
})
