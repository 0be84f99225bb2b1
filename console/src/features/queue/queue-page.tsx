/** The event queue: everything that came in, where it stands, and what failed. */
import { Stack, Text } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { humanize } from '~/ui/format.ts'
import { ButtonLink, TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Moment } from '~/ui/time.tsx'
import { EventStatusTag, statusTitles } from './event-status.tsx'
import { type EventRow, eventsQuery } from './queries.ts'
import { StatusTiles } from './status-tiles.tsx'

const columns: Column<EventRow>[] = [
  {
    id: 'event',
    header: 'Event',
    cell: ({ id, source, type }) => (
      <>
        <TextLink to="/queue/$id" params={{ id: String(id) }} fw={500}>
          {source} {humanize(type)}
        </TextLink>{' '}
        <Text span size="sm" c="dimmed">
          {id}
        </Text>
      </>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <EventStatusTag status={status} /> },
  {
    id: 'outcome',
    header: 'Outcome',
    phone: false,
    cell: ({ outcome, last_error: error }) => (
      <Text size="sm" lineClamp={2} c={error ? 'var(--dt-low)' : 'dimmed'} maw={420}>
        {error ?? (outcome ? humanize(outcome) : '–')}
      </Text>
    ),
  },
  { id: 'attempts', header: 'Attempts', align: 'right', phone: false, cell: ({ attempts }) => attempts },
  { id: 'received', header: 'Received', cell: ({ enqueued_at: at }) => <Moment value={at} /> },
]

const route = getRouteApi('/queue')

/** `/queue`. */
export function QueuePage() {
  const { status } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(eventsQuery({ status }))
  return (
    <Page
      title="Event queue"
      lead="What came in is written down first and understood afterwards. Dead letters wait for a person."
    >
      <Loaded query={query} skeleton={<TableSkeleton rows={12} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.events)
          return (
            <Stack gap="md">
              <StatusTiles
                counts={pages[0]?.counts ?? {}}
                selected={status}
                onSelect={(next) => void navigate({ search: { status: next } })}
              />
              {rows.length === 0 ? (
                <EmptyState
                  icon={IconInbox}
                  title={
                    status
                      ? `No event is ${statusTitles[status].toLowerCase().replace('dead letters', 'dead-lettered')}`
                      : 'Nothing has come in yet'
                  }
                  actions={status ? null : <ButtonLink to="/connect">Connect a source</ButtonLink>}
                >
                  {status === 'dead_lettered'
                    ? 'Everything could be processed.'
                    : 'Events appear here the moment they are received.'}
                </EmptyState>
              ) : (
                <div>
                  <DataTable
                    caption="Events"
                    columns={columns}
                    rows={rows}
                    rowKey={({ id }) => String(id)}
                    minWidth={480}
                  />
                  <LoadMore shown={rows.length} noun="events" query={query} />
                </div>
              )}
            </Stack>
          )
        }}
      </Loaded>
    </Page>
  )
}
