/** What is kept for how long, and whether moving the rest to the archive works. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatBytes, formatCount, plural } from '~/ui/format.ts'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { type Retention, retentionQuery } from '../queries.ts'

type Policy = Retention['policies'][number]

const columns: Column<Policy>[] = [
  { id: 'table', header: 'Table', cell: ({ table }) => table },
  {
    id: 'days',
    header: 'Kept',
    cell: ({ days }) => <span style={{ whiteSpace: 'nowrap' }}>{plural(days, 'day')}</span>,
  },
  { id: 'oldest', header: 'Oldest', phone: false, cell: ({ oldest_recorded_at: at }) => <Moment value={at} /> },
  {
    id: 'archived',
    header: 'Archived',
    align: 'right',
    phone: false,
    cell: ({ archived_rows: rows }) => formatCount(rows),
  },
  {
    id: 'state',
    header: 'Last run',
    cell: ({ state, detail, last_run_at: at }) =>
      state === 'failed' ? (
        <>
          <Tag tone="bad">failed</Tag>
          <Text size="sm" c="var(--dt-low)">
            {detail}
          </Text>
        </>
      ) : (
        <Moment value={at} />
      ),
  },
]

const inWords = ({ store, files, rows, bytes }: Retention['archive']) =>
  files === 0
    ? `Nothing was archived yet (${store})`
    : `${plural(rows, 'row')} in ${plural(files, 'file')}, ${formatBytes(bytes)}, in ${store}`

/** Retention and the archive. */
export function RetentionPanel() {
  const query = useQuery(retentionQuery)
  return (
    <LoadedPanel
      title="Retention and archive"
      note={query.data ? inWords(query.data.archive) : undefined}
      height={220}
      query={query}
    >
      {({ policies }) =>
        policies.length === 0 ? (
          <Text c="dimmed">No table has a retention; everything is kept.</Text>
        ) : (
          <DataTable
            bare
            caption="Retention"
            columns={columns}
            rows={policies}
            rowKey={({ table }) => table}
            minWidth={280}
          />
        )
      }
    </LoadedPanel>
  )
}
