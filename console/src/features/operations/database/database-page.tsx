/** What an operator asks of the database: who is connected, what is slow, what is large, which index is idle or missing. */
import { Code, Grid, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatBytes, formatCount, formatMilliseconds } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { type DatabaseReport, databaseReportQuery } from '../queries.ts'
import { Connections } from './connections.tsx'
import { TablesPanel } from './tables-panel.tsx'

/** `/database`. */
export function DatabasePage() {
  const query = useQuery(databaseReportQuery)
  return (
    <Page
      title="Database"
      lead={
        <>
          From PostgreSQL's own statistics. The same in a terminal: <Code>bin/daytwo db:report</Code>; to look for
          yourself: <Code>bin/daytwo db:url</Code>
        </>
      }
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={4} height={320} cols={{ base: 1, lg: 2 }} />}>
        {(report) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <StatementsPanel statements={report.slow_statements} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <Connections connections={report.connections} />
            </Grid.Col>
            <Grid.Col span={12}>
              <TablesPanel tables={report.tables} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <UnusedPanel indexes={report.unused_indexes} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <MissingPanel tables={report.missing_indexes} />
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  )
}

type Statement = NonNullable<DatabaseReport['slow_statements']>[number]
const statementColumns: Column<Statement>[] = [
  {
    id: 'name',
    header: 'Statement',
    cell: ({ name }) => (
      <Text span inherit ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {name}
      </Text>
    ),
  },
  {
    id: 'calls',
    header: 'Calls',
    align: 'right',
    sortBy: ({ calls }) => calls,
    cell: ({ calls }) => formatCount(calls),
  },
  {
    id: 'mean',
    header: 'Mean',
    align: 'right',
    sortBy: (row) => row.mean_ms,
    cell: (row) => <NoWrap>{formatMilliseconds(row.mean_ms)}</NoWrap>,
  },
  {
    id: 'total',
    header: 'Total',
    align: 'right',
    sortBy: (row) => row.total_ms,
    cell: (row) => <NoWrap>{formatMilliseconds(row.total_ms)}</NoWrap>,
  },
]

const NoWrap = ({ children }: { children: string }) => <span style={{ whiteSpace: 'nowrap' }}>{children}</span>

const StatementsPanel = ({ statements }: { statements: Statement[] | null }) => (
  <Panel title="Slow statements" note="By our names, the most time first">
    {statements === null ? (
      <Stack gap="xs">
        <Text c="dimmed">
          This PostgreSQL does not count statements. The embedded one does; on a server of your own, load{' '}
          <Code>pg_stat_statements</Code> in <Code>shared_preload_libraries</Code>, then create the extension.
        </Text>
      </Stack>
    ) : statements.length === 0 ? (
      <Text c="dimmed">Nothing ran more than once yet.</Text>
    ) : (
      <DataTable
        bare
        caption="Slow statements"
        columns={statementColumns}
        rows={statements}
        rowKey={({ name }) => name}
        minWidth={420}
      />
    )}
  </Panel>
)

const unusedColumns: Column<DatabaseReport['unused_indexes'][number]>[] = [
  { id: 'index', header: 'Index', cell: ({ index }) => index },
  { id: 'table', header: 'Table', phone: false, cell: ({ table }) => table },
  {
    id: 'bytes',
    header: 'Size',
    align: 'right',
    sortBy: ({ bytes }) => bytes,
    cell: ({ bytes }) => formatBytes(bytes),
  },
]

const UnusedPanel = ({ indexes }: { indexes: DatabaseReport['unused_indexes'] }) => (
  <Panel title="Unused indexes" note="Over 1 MB and never read since statistics began; look at every replica first">
    {indexes.length === 0 ? (
      <Text c="dimmed">Every large index is used.</Text>
    ) : (
      <DataTable bare caption="Unused indexes" columns={unusedColumns} rows={indexes} rowKey={({ index }) => index} />
    )}
  </Panel>
)

const missingColumns: Column<DatabaseReport['missing_indexes'][number]>[] = [
  { id: 'table', header: 'Table', cell: ({ table }) => table },
  {
    id: 'scans',
    header: 'Whole reads',
    align: 'right',
    sortBy: (row) => row.sequential_scans,
    cell: (row) => formatCount(row.sequential_scans),
  },
  {
    id: 'rows',
    header: 'Rows read',
    align: 'right',
    sortBy: (row) => row.rows_read,
    cell: (row) => formatCount(row.rows_read),
  },
]

const MissingPanel = ({ tables }: { tables: DatabaseReport['missing_indexes'] }) => (
  <Panel title="Missing indexes" note="Large tables that are often read from end to end">
    {tables.length === 0 ? (
      <Text c="dimmed">No large table is read from end to end.</Text>
    ) : (
      <DataTable bare caption="Missing indexes" columns={missingColumns} rows={tables} rowKey={({ table }) => table} />
    )}
  </Panel>
)
