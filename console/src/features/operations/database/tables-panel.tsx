/** The largest tables: rows, what of them is dead, and when they were last vacuumed. */
import { Text } from '@mantine/core'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatBytes, formatCount, formatRatio } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { Moment } from '~/ui/time.tsx'
import type { DatabaseReport } from '../queries.ts'

type Table = DatabaseReport['tables'][number]

const deadShare = ({ rows, dead }: Table) => (rows + dead === 0 ? 0 : dead / (rows + dead))
/** Small tables are mostly dead all the time; that is no news. */
const worrying = (table: Table) => table.dead > 10_000 && deadShare(table) > 0.2

const columns: Column<Table>[] = [
  { id: 'table', header: 'Table', sortBy: ({ table }) => table, cell: ({ table }) => table },
  {
    id: 'bytes',
    header: 'Size',
    align: 'right',
    sortBy: ({ bytes }) => bytes,
    cell: ({ bytes }) => <Size bytes={bytes} />,
  },
  { id: 'rows', header: 'Rows', align: 'right', sortBy: ({ rows }) => rows, cell: ({ rows }) => formatCount(rows) },
  {
    id: 'dead',
    header: 'Dead rows',
    align: 'right',
    phone: false,
    sortBy: ({ dead }) => dead,
    cell: (table) => (
      <Text span inherit c={worrying(table) ? 'var(--dt-low)' : undefined}>
        {formatCount(table.dead)} ({formatRatio(deadShare(table))})
      </Text>
    ),
  },
  {
    id: 'vacuumed',
    header: 'Vacuumed',
    sortBy: (table) => table.vacuumed_at,
    cell: ({ vacuumed_at: at }) =>
      at ? (
        <Moment value={at} />
      ) : (
        <Text span inherit c="dimmed">
          never
        </Text>
      ),
  },
]

const Size = ({ bytes }: { bytes: number }) => <span style={{ whiteSpace: 'nowrap' }}>{formatBytes(bytes)}</span>

/** The table in a panel. */
export const TablesPanel = ({ tables }: { tables: readonly Table[] }) => (
  <Panel title="Tables" note="With their indexes; row counts are estimates">
    <DataTable bare caption="Tables" columns={columns} rows={tables} rowKey={({ table }) => table} minWidth={420} />
  </Panel>
)
