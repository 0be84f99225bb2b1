/** Who of the platform looked into this tenant, why and until when; what is open can be ended here. */
import { Button, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { call } from '~/api/client.ts'
import { useMay } from '~/app/session.tsx'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Confirm } from '~/ui/dialog.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { type SupportAccess, supportAccessQuery } from './queries.ts'
import { RoleTag } from './role-tag.tsx'

/** The list in a panel. */
export function SupportAccessPanel() {
  const query = useInfiniteQuery(supportAccessQuery)
  const mayWrite = useMay('support-access:close')
  const [ended, setEnded] = useState<SupportAccess | null>(null)
  return (
    <LoadedPanel
      title="Support access"
      note="People of the platform see nothing here unless they open an access; each stays listed"
      height={60}
      query={query}
    >
      {({ pages }) => {
        const accesses = pages.flatMap((page) => page.support_accesses)
        return (
          <>
            {accesses.length === 0 ? (
              <Text c="dimmed">Nobody of the platform looked in.</Text>
            ) : (
              <>
                <DataTable
                  bare
                  caption="Support accesses"
                  columns={mayWrite ? [...columns, action(setEnded)] : columns}
                  rows={accesses}
                  rowKey={({ id }) => id}
                  minWidth={300}
                />
                {query.hasNextPage ? <LoadMore shown={accesses.length} noun="support accesses" query={query} /> : null}
              </>
            )}
            {ended ? <EndAccess access={ended} onClose={() => setEnded(null)} /> : null}
          </>
        )
      }}
    </LoadedPanel>
  )
}

const columns: Column<SupportAccess>[] = [
  {
    id: 'who',
    header: 'Who and why',
    cell: ({ person, reason }) => (
      <Stack gap={2}>
        <Text inherit fw={500}>
          {person}
        </Text>
        <Text size="sm" c="dimmed" maw={420}>
          {reason}
        </Text>
      </Stack>
    ),
  },
  { id: 'role', header: 'As', phone: false, cell: ({ role }) => <RoleTag role={role} /> },
  { id: 'opened', header: 'Opened', phone: false, cell: ({ opened_at: at }) => <Moment value={at} /> },
  {
    id: 'until',
    header: 'Ends',
    cell: ({ open, until, closed_at: closed }) =>
      open ? (
        <Stack gap={2}>
          <Tag tone="warning">open</Tag>
          <Text size="sm" c="dimmed">
            <Moment value={until} />
          </Text>
        </Stack>
      ) : (
        <Moment value={closed ?? until} />
      ),
  },
]

const action = (onEnd: (access: SupportAccess) => void): Column<SupportAccess> => ({
  id: 'action',
  header: 'Action',
  align: 'right',
  cell: (access) =>
    access.open ? (
      <Button
        variant="default"
        size="xs"
        onClick={() => onEnd(access)}
        aria-label={`End the access of ${access.person}`}
      >
        End
      </Button>
    ) : null,
})

/** Asks before an access is ended. */
export function EndAccess({ access: { id, person }, onClose }: { access: SupportAccess; onClose: () => void }) {
  const queryClient = useQueryClient()
  return (
    <Confirm
      title={`End the access of ${person}?`}
      question="They see nothing of this organisation within a second."
      action="End the access"
      onClose={onClose}
      onConfirm={async () => {
        await call(z.unknown(), `/support-access/${id}`, { method: 'DELETE' })
        await queryClient.invalidateQueries({ queryKey: ['support-access'] })
      }}
    />
  )
}
