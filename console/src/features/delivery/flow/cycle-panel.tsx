/** How long each finished item took, by the day it finished. */
import type { FlowReply } from '#modules/delivery/flow/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDay, plural } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ticksOf } from '~/ui/plots/bands.ts'
import { DotsPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { addDays, daysBetween } from '../window.ts'
import { plotHeight } from './layout.ts'
import { percentileLines } from './percentile-lines.ts'

type Point = FlowReply['scatter']['points'][number]

const columns: Column<Point>[] = [
  { id: 'key', header: 'Item', cell: ({ key }) => key },
  { id: 'finished', header: 'Finished', cell: ({ finished_on }) => <Day value={finished_on} /> },
  { id: 'days', header: 'Cycle time', align: 'right', cell: ({ cycle_days }) => plural(cycle_days, 'day') },
]

/** The scatter with its percentile lines. */
export function CyclePanel({ reply: { scatter, cycle_time: cycle, from, to } }: { reply: FlowReply }) {
  const { points, total } = scatter
  const lines = percentileLines(cycle)
  const top = Math.max(1, ...points.map(({ cycle_days }) => cycle_days), ...lines.map(({ y }) => y))
  const shown =
    points.length < total ? `the newest ${formatCount(points.length)} of ${formatCount(total)} items` : 'each item'
  const title = 'Cycle time'
  return (
    <PlotPanel
      title={title}
      note={`${shown} by the day it finished, in calendar days`}
      height={plotHeight}
      empty={total === 0 ? 'No finished item with a known start in this window' : undefined}
      plot={
        <DotsPlot
          label={title}
          height={plotHeight}
          data={points.map(({ finished_on, cycle_days }) => ({
            x: daysBetween(from, finished_on) - 1,
            y: cycle_days,
            bad: cycle.p85 !== null && cycle_days > cycle.p85,
          }))}
          domain={[0, Math.max(1, daysBetween(from, to) - 1)]}
          ticks={ticksOf(top, 'count')}
          lines={lines}
          names={{ x: 'Finished', y: 'Cycle time' }}
          formatX={(day) => formatDay(addDays(from, day))}
          formatY={(days) => plural(days, 'day')}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={280}
          caption={title}
          columns={columns}
          rows={points}
          rowKey={({ source, key }) => `${source} ${key}`}
        />
      }
    />
  )
}
