/** Where one is signed in, and ending it. */
import { Button, Group, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { endedSessions } from '#modules/people/schemas.ts'
import { call } from '~/api/client.ts'
import { useSignOut } from '~/app/sign-out.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Confirm } from '~/ui/dialog.tsx'
import { plural } from '~/ui/format.ts'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { useToast } from '~/ui/toast.tsx'
import { browserWords } from './browser-words.ts'
import { type OwnSession, sessionsQuery } from './queries.ts'

type Open = { kind: 'one'; session: OwnSession } | { kind: 'others' } | null

const methodWords: Record<OwnSession['method'], string> = {
  password: 'by password',
  passkey: 'by passkey',
  oidc: 'by single sign-on',
  github: 'by GitHub',
  setup: 'by setting up',
  invitation: 'by an invitation',
  reset: 'by a new password',
  test: 'by test sign-in',
}

/** Every session, this one first. */
export function SessionsPanel() {
  const query = useQuery(sessionsQuery)
  const [open, setOpen] = useState<Open>(null)
  const signOut = useSignOut()
  const others = (query.data?.sessions.length ?? 0) > 1
  return (
    <LoadedPanel
      title="Sessions"
      note="Browsers and programs that are signed in as you"
      height={160}
      query={query}
      action={
        others ? (
          <Button variant="default" size="xs" onClick={() => setOpen({ kind: 'others' })}>
            End all others
          </Button>
        ) : null
      }
    >
      {({ sessions }) => (
        <>
          <DataTable
            bare
            caption="Sessions"
            columns={columnsOf((session) => setOpen({ kind: 'one', session }), signOut)}
            rows={sessions.toSorted((left, right) => Number(right.current) - Number(left.current))}
            rowKey={({ id }) => id}
            minWidth={280}
          />
          {open ? <End open={open} onClose={() => setOpen(null)} /> : null}
        </>
      )}
    </LoadedPanel>
  )
}

const columnsOf = (onEnd: (session: OwnSession) => void, signOut: () => void): Column<OwnSession>[] => [
  {
    id: 'where',
    header: 'Where',
    cell: ({ user_agent: userAgent, client, current }) => (
      <>
        <Group gap="xs">
          <Text inherit fw={500} title={userAgent ?? undefined}>
            {browserWords(userAgent)}
          </Text>
          {current ? <Tag tone="good">this one</Tag> : null}
        </Group>
        <Text size="sm" c="dimmed">
          {client ? `from ${client}` : 'address unknown'}
        </Text>
      </>
    ),
  },
  {
    id: 'since',
    header: 'Signed in',
    phone: false,
    sortBy: (session) => session.created_at,
    cell: ({ created_at: at, method, second_factor: second }) => (
      <>
        <Moment value={at} />
        <Text size="sm" c="dimmed">
          {methodWords[method]}
          {second && method !== 'passkey' ? ' and second factor' : ''}
        </Text>
      </>
    ),
  },
  {
    id: 'seen',
    header: 'Last seen',
    phone: false,
    sortBy: (session) => session.last_seen_at,
    cell: ({ last_seen_at: at, current }) => (current ? 'now' : <Moment value={at} />),
  },
  {
    id: 'ends',
    header: 'Ends unused',
    phone: false,
    cell: ({ expires_at: at }) => <Moment value={at} />,
  },
  {
    id: 'actions',
    header: 'Actions',
    align: 'right',
    cell: (session) =>
      session.current ? (
        <Button variant="default" size="xs" onClick={signOut}>
          Sign out
        </Button>
      ) : (
        <Button
          variant="default"
          size="xs"
          onClick={() => onEnd(session)}
          aria-label={`End ${browserWords(session.user_agent)}`}
        >
          End
        </Button>
      ),
  },
]

function End({ open, onClose }: { open: NonNullable<Open>; onClose: () => void }) {
  const queryClient = useQueryClient()
  const toast = useToast()
  const renew = () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  if (open.kind === 'one')
    return (
      <Confirm
        title={`End the session of ${browserWords(open.session.user_agent)}?`}
        question="Whoever uses it has to sign in again, within a second."
        action="End it"
        onClose={onClose}
        onConfirm={async () => {
          await call(z.unknown(), `/account/sessions/${open.session.id}`, { method: 'DELETE' })
          await renew()
          toast('The session is ended')
        }}
      />
    )
  return (
    <Confirm
      title="End all other sessions?"
      question="Every other browser and program has to sign in again; this one stays."
      action="End them"
      onClose={onClose}
      onConfirm={async () => {
        const { ended } = await call(endedSessions, '/account/sessions/end-others', { method: 'POST' })
        await renew()
        toast(`${plural(ended, 'session')} ended`)
      }}
    />
  )
}
