/** The changes a deployment carried, each with what its lead time is made of. */
import { Text } from '@mantine/core'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatDuration, humanize, plural, shortSha } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { Moment } from '~/ui/time.tsx'
import type { Change } from './change.ts'
import { StageBar } from './stage-bar.tsx'
import { StageLegend } from './stage-legend.tsx'

const columns: Column<Change>[] = [
  {
    id: 'sha',
    header: 'Change',
    cell: ({ sha, pr_number: pr }) => (
      <>
        <Text span ff="monospace" fz="sm">
          {shortSha(sha)}
        </Text>
        {pr === null ? null : <Text span c="dimmed" size="sm">{`  #${pr}`}</Text>}
      </>
    ),
  },
  {
    id: 'committed',
    header: 'Committed',
    phone: false,
    sortBy: (row) => row.committed_at,
    cell: ({ committed_at: at, clock }) => (
      <span title={`Clock: ${humanize(clock)}`}>
        <Moment value={at} />
      </span>
    ),
  },
  { id: 'stages', header: 'Stages', width: '34%', cell: (change) => <StageBar change={change} /> },
  {
    id: 'lead',
    header: 'Lead time',
    align: 'right',
    sortBy: (row) => row.lead_seconds,
    cell: ({ lead_seconds: lead }) => formatDuration(lead),
  },
]

/** The table, or why there is none. */
export const ChangesTable = ({ changes }: { changes: readonly Change[] }) => (
  <Panel title="Changes" note={`${plural(changes.length, 'change')}, each at its first deployment to production`}>
    {changes.length === 0 ? (
      <Text c="dimmed">
        No change is known for it: every commit was deployed before, or no push or pull request told us.
      </Text>
    ) : (
      <>
        <StageLegend />
        <DataTable bare caption="Changes" columns={columns} rows={changes} rowKey={({ sha }) => sha} />
      </>
    )}
  </Panel>
)
