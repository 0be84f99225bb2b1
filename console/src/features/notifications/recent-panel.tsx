/** What was told, newest first. */
import { Box, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { z } from 'zod'
import type { notificationList } from '#modules/notifications/schemas.ts'
import { useMay } from '~/app/session.tsx'
import { DataTable } from '~/ui/data-table.tsx'
import { capitalize } from '~/ui/format.ts'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { again, columns } from './notification-columns.tsx'
import { stateChoices } from './search.ts'

type State = (typeof stateChoices)[number]
type RecentPanelProps = {
  query: UseInfiniteQueryResult<InfiniteData<z.output<typeof notificationList>>>
  state: State
}

/** The list with its filter; failed ones are sent again by whoever may requeue. */
export function RecentPanel({ query, state }: RecentPanelProps) {
  const navigate = useNavigate({ from: '/notifications' })
  const mayRequeue = useMay('queue:write')
  return (
    <Stack gap="sm">
      <Box>
        <Title order={2} mb={6}>
          What was told
        </Title>
        <SegmentedControl
          aria-label="State"
          w="max-content"
          maw="100%"
          data={stateChoices.toSorted(allFirst).map((value) => ({ value, label: capitalize(value) }))}
          value={state}
          onChange={(value) =>
            void navigate({ search: { state: value === 'all' ? undefined : (value as State) }, resetScroll: false })
          }
        />
      </Box>
      <Loaded query={query} skeleton={<TableSkeleton rows={8} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.notifications)
          return rows.length === 0 ? (
            <Text c="dimmed">
              {state === 'all' ? 'Nothing yet: it begins with the next alert.' : `No notification is ${state}.`}
            </Text>
          ) : (
            <div>
              <DataTable
                caption="Notifications"
                columns={mayRequeue ? [...columns, again] : columns}
                rows={rows}
                rowKey={({ id }) => String(id)}
                minWidth={320}
              />
              <LoadMore shown={rows.length} noun="notifications" query={query} />
            </div>
          )
        }}
      </Loaded>
    </Stack>
  )
}

const allFirst = (one: string, other: string) => Number(other === 'all') - Number(one === 'all')
