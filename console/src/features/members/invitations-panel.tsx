/** Invitations that wait for an answer: send again, take back. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { useAttempt } from '~/ui/attempt.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { RevokeInvitation } from './end-dialogs.tsx'
import { type Invitation, openInvitationsQuery, renewMembers } from './queries.ts'
import { RoleTag } from './role-tag.tsx'

/** The list in a panel. */
export function InvitationsPanel({ mayWrite }: { mayWrite: boolean }) {
  const query = useInfiniteQuery(openInvitationsQuery)
  const [revoked, setRevoked] = useState<Invitation | null>(null)
  return (
    <LoadedPanel title="Invitations" note="Not answered yet" height={90} query={query}>
      {({ pages }) => {
        const waiting = pages.flatMap((page) => page.invitations)
        return (
          <>
            {waiting.length === 0 ? (
              <Text c="dimmed">Nobody is invited at the moment.</Text>
            ) : (
              <>
                <DataTable
                  bare
                  caption="Invitations"
                  columns={mayWrite ? [...columns, actions(setRevoked)] : columns}
                  rows={waiting}
                  rowKey={({ id }) => id}
                  minWidth={300}
                />
                {query.hasNextPage ? <LoadMore shown={waiting.length} noun="invitations" query={query} /> : null}
              </>
            )}
            {revoked ? <RevokeInvitation invitation={revoked} onClose={() => setRevoked(null)} /> : null}
          </>
        )
      }}
    </LoadedPanel>
  )
}

const columns: Column<Invitation>[] = [
  {
    id: 'email',
    header: 'Address',
    cell: ({ email, invited_by: by }) => (
      <Stack gap={2}>
        <Text inherit fw={500} style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
        <Text size="sm" c="dimmed">
          by {by}
        </Text>
      </Stack>
    ),
  },
  { id: 'role', header: 'As', phone: false, cell: ({ role }) => <RoleTag role={role} /> },
  { id: 'sent', header: 'Sent', phone: false, cell: ({ sent_at: at }) => <Moment value={at} /> },
  {
    id: 'expires',
    header: 'Ends',
    phone: false,
    cell: ({ state, expires_at: at }) =>
      state === 'expired' ? <Tag tone="warning">expired</Tag> : <Moment value={at} />,
  },
]

const actions = (onRevoke: (invitation: Invitation) => void): Column<Invitation> => ({
  id: 'actions',
  header: 'Actions',
  align: 'right',
  cell: (invitation) => (
    <Group gap={6} justify="flex-end">
      <SendAgain invitation={invitation} />
      <Button
        variant="default"
        size="xs"
        onClick={() => onRevoke(invitation)}
        aria-label={`Take back the invitation of ${invitation.email}`}
      >
        Take back
      </Button>
    </Group>
  ),
})

function SendAgain({ invitation: { id, email } }: { invitation: Invitation }) {
  const queryClient = useQueryClient()
  const { busy, attempt } = useAttempt()
  const send = () =>
    attempt(async () => {
      await call(z.unknown(), `/invitations/${id}/resend`, { method: 'POST', body: {} })
      await renewMembers(queryClient)
      return `A new link is on its way to ${email}; the old one ended`
    })
  return (
    <Button
      variant="default"
      size="xs"
      loading={busy}
      onClick={() => void send()}
      aria-label={`Send again to ${email}`}
    >
      Send again
    </Button>
  )
}
