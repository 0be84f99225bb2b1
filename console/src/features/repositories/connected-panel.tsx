/** The repositories whose webhooks were made from here. */
import { Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Confirm } from '~/ui/dialog.tsx'
import { Panel } from '~/ui/panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { type Connected, disconnect, gitHubQuery } from './queries.ts'
import { repositories as words } from './words.ts'

type ConnectedPanelProps = { repositories: readonly Connected[]; authorizationId: string | null }

/** With an authorization, they can be disconnected. */
export function ConnectedPanel({ repositories, authorizationId }: ConnectedPanelProps) {
  const [ending, setEnding] = useState<Connected | null>(null)
  return (
    <Panel title="Connected repositories" note={repositories.length === 0 ? undefined : words(repositories.length)}>
      {repositories.length === 0 ? (
        <Text c="dimmed">
          None was connected from here. Webhooks that were made by hand, or for an organisation, work all the same.
        </Text>
      ) : (
        <Stack gap="sm">
          <DataTable
            bare
            caption="Connected repositories"
            columns={authorizationId ? [...columns, action(setEnding)] : columns}
            rows={repositories}
            rowKey={({ repository }) => repository}
            minWidth={300}
          />
          {authorizationId ? null : (
            <Text size="sm" c="dimmed">
              To disconnect one, let daytwo in at GitHub first.
            </Text>
          )}
        </Stack>
      )}
      {ending && authorizationId ? (
        <Disconnect repository={ending.repository} id={authorizationId} onClose={() => setEnding(null)} />
      ) : null}
    </Panel>
  )
}

const columns: readonly Column<Connected>[] = [
  {
    id: 'repository',
    header: 'Repository',
    sortBy: ({ repository }) => repository,
    cell: ({ repository, address_valid: valid }) => (
      <Stack gap={4} align="flex-start">
        <Text inherit fw={500} style={{ overflowWrap: 'anywhere' }}>
          {repository}
        </Text>
        {valid ? null : (
          <>
            <Tag tone="warning">sends to an address that is gone</Tag>
            <Text size="sm" c="dimmed">
              Connect it again: its webhook gets the new one.
            </Text>
          </>
        )}
      </Stack>
    ),
  },
  { id: 'by', header: 'Connected by', phone: false, cell: ({ connected_by: by }) => by },
  {
    id: 'at',
    header: 'Connected',
    phone: false,
    sortBy: ({ connected_at: at }) => at,
    cell: ({ connected_at: at }) => <Moment value={at} />,
  },
]

const action = (onEnd: (repository: Connected) => void): Column<Connected> => ({
  id: 'action',
  header: 'Action',
  align: 'right',
  cell: (row) => (
    <Button variant="default" size="xs" onClick={() => onEnd(row)} aria-label={`Disconnect ${row.repository}`}>
      Disconnect
    </Button>
  ),
})

type DisconnectProps = { repository: string; id: string; onClose: () => void }

function Disconnect({ repository, id, onClose }: DisconnectProps) {
  const queryClient = useQueryClient()
  const toast = useToast()
  return (
    <Confirm
      title={`Disconnect ${repository}?`}
      question="Its webhook is deleted at GitHub, and nothing of it comes in any more. What already came in stays."
      action="Disconnect"
      onClose={onClose}
      onConfirm={async () => {
        await disconnect(id, repository)
        await Promise.all([
          queryClient.invalidateQueries({ queryKey: gitHubQuery.queryKey }),
          queryClient.invalidateQueries({ queryKey: ['repositories-at-github'] }),
        ])
        toast(`${repository} is disconnected`)
      }}
    />
  )
}
