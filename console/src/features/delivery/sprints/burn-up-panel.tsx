/** Scope and what of it is done, day by day. */
import type { SprintReply } from '#modules/delivery/sprints/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatDay, shortNumber } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { TrendPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { plotHeight } from './layout.ts'
import { formatAmount, type Unit } from './unit.ts'

type Point = NonNullable<SprintReply['burn_up']>[number]

const columnsOf = (unit: Unit): Column<Point>[] => [
  { id: 'day', header: 'Day', cell: ({ day }) => <Day value={day} /> },
  { id: 'scope', header: 'Scope', align: 'right', cell: ({ scope }) => formatAmount(scope, unit) },
  { id: 'completed', header: 'Done', align: 'right', cell: ({ completed }) => formatAmount(completed, unit) },
]

/** Four steps of a round number each, up to the top or past it. */
function ticksTo(top: number): number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, top / 4)))
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one * 4 >= top) ?? 1
  return [0, 1, 2, 3, 4].map((n) => n * step)
}

export function BurnUpPanel({ sprint, unit }: { sprint: SprintReply; unit: Unit }) {
  const title = 'Burn-up'
  const days = sprint.burn_up ?? []
  return (
    <PlotPanel
      title={title}
      note={`${unit} in the sprint and done, at the end of each day`}
      height={plotHeight}
      empty={days.length === 0 ? 'Not known: its start was not told, or its facts are purged' : undefined}
      plot={
        <TrendPlot
          label={title}
          height={plotHeight}
          data={days.map(({ day, scope, completed }) => ({ x: day, completed: completed[unit], scope: scope[unit] }))}
          series={[
            { name: 'completed', label: 'Done' },
            { name: 'scope', label: 'Scope' },
          ]}
          zones={[]}
          ticks={ticksTo(Math.max(1, ...days.map(({ scope }) => scope[unit] ?? 0)))}
          format={shortNumber}
          formatX={(day) => formatDay(day)}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={240}
          caption={title}
          columns={columnsOf(unit)}
          rows={days}
          rowKey={({ day }) => day}
        />
      }
    />
  )
}
