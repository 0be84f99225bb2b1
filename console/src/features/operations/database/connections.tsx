/** Who is connected to the database, and what they do. */
import { Text } from '@mantine/core'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { plural } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import type { DatabaseReport } from '../queries.ts'

type Connection = DatabaseReport['connections'][number]

const columns: Column<Connection>[] = [
  { id: 'application', header: 'Application', cell: ({ application }) => application },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) => <Tag tone={/aborted|idle in transaction/.test(state) ? 'warning' : 'plain'}>{state}</Tag>,
  },
  { id: 'count', header: 'Count', align: 'right', sortBy: ({ count }) => count, cell: ({ count }) => count },
]

/** The table in a panel. */
export const Connections = ({ connections }: { connections: readonly Connection[] }) => (
  <Panel
    title="Connections"
    note={plural(
      connections.reduce((sum, { count }) => sum + count, 0),
      'connection',
    )}
  >
    {connections.length === 0 ? (
      <Text c="dimmed">Nobody is connected.</Text>
    ) : (
      <DataTable
        bare
        caption="Connections"
        columns={columns}
        rows={connections}
        rowKey={({ application, state }) => `${application} ${state}`}
      />
    )}
  </Panel>
)
