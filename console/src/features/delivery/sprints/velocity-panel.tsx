/** Committed and completed, sprint by sprint. */
import type { SprintRow, VelocityReply } from '#modules/delivery/sprints/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatRatio, shortNumber } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { BarsPlot } from '~/ui/plots/index.tsx'
import { plotHeight } from './layout.ts'
import { formatAmount, nameOf, type Unit, unitOfReply } from './unit.ts'

/** More than these are too narrow to be told apart. */
const mostBars = 24
const series = [
  { name: 'committed', label: 'Committed', quiet: true },
  { name: 'completed', label: 'Completed' },
]

const columnsOf = (unit: Unit): Column<SprintRow>[] => [
  { id: 'sprint', header: 'Sprint', cell: nameOf },
  {
    id: 'committed',
    header: 'Committed',
    align: 'right',
    cell: ({ figures }) => formatAmount(figures.committed, unit),
  },
  {
    id: 'completed',
    header: 'Completed',
    align: 'right',
    cell: ({ figures }) => formatAmount(figures.completed, unit),
  },
  { id: 'say-do', header: 'Say-do', align: 'right', cell: ({ figures }) => formatRatio(figures.say_do[unit]) },
]

export function VelocityPanel({ reply }: { reply: VelocityReply }) {
  const title = 'Velocity'
  const unit = unitOfReply(reply)
  // Oldest on the left.
  const shown = reply.sprints.slice(0, mostBars).toReversed()
  return (
    <PlotPanel
      title={title}
      note={`${unit} committed at the start and completed at the close`}
      height={plotHeight}
      empty={shown.length === 0 ? 'No sprint closed in this window' : undefined}
      plot={
        <BarsPlot
          label={title}
          height={plotHeight}
          data={shown.map((row) => ({
            x: nameOf(row),
            committed: row.figures.committed?.[unit] ?? null,
            completed: row.figures.completed[unit],
          }))}
          series={series}
          format={shortNumber}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={320}
          caption={title}
          columns={columnsOf(unit)}
          rows={shown}
          rowKey={({ sprint }) => String(sprint)}
        />
      }
    />
  )
}
