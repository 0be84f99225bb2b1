/** Every kind of work: how much of it waits, runs, or is given up. */
import { Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatCount } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Moment } from '~/ui/time.tsx'
import type { Work } from '../queries.ts'

const count = (id: string, header: string, of: (work: Work) => number, phone = true): Column<Work> => ({
  id,
  header,
  align: 'right',
  phone,
  sortBy: of,
  cell: (work) => formatCount(of(work)),
})

const columns: Column<Work>[] = [
  {
    id: 'name',
    header: 'Work',
    cell: ({ name, table }) => (
      <>
        <Text span inherit fw={500}>
          {name}
        </Text>{' '}
        {table === name ? null : (
          <Text span size="sm" c="dimmed" visibleFrom="sm">
            in {table}
          </Text>
        )}
      </>
    ),
  },
  count('pending', 'Pending', ({ pending }) => pending, false),
  count('due', 'Due', ({ due }) => due),
  count('processing', 'Processing', ({ processing }) => processing, false),
  {
    id: 'dead',
    header: 'Dead letters',
    align: 'right',
    sortBy: ({ dead_lettered: dead }) => dead,
    cell: ({ name, dead_lettered: dead }) =>
      dead === 0 ? (
        '0'
      ) : (
        <TextLink to="/dead-letters" search={{ work: name }} c="var(--dt-low)" fw={600} underline="always">
          {formatCount(dead)}
        </TextLink>
      ),
  },
  {
    id: 'oldest',
    header: 'Oldest due',
    phone: false,
    sortBy: ({ oldest_due_at: at }) => at,
    cell: ({ oldest_due_at: at }) => <Moment value={at} />,
  },
]

/** The table in a panel. */
export const WorksPanel = ({ query }: { query: UseQueryResult<{ work: Work[] }> }) => (
  <LoadedPanel title="Work" note="Everything that is done row by row, with retries" height={220} query={query}>
    {({ work }) =>
      work.length === 0 ? (
        <Text c="dimmed">No work is registered; a worker does it when it starts.</Text>
      ) : (
        <DataTable bare caption="Work" columns={columns} rows={work} rowKey={({ name }) => name} minWidth={280} />
      )
    }
  </LoadedPanel>
)
