/** Cumulative flow: the height of the middle band is what is in progress. */
import type { FlowReply } from '#modules/delivery/flow/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDay } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ticksOf } from '~/ui/plots/bands.ts'
import { LayersPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { plotHeight } from './layout.ts'

type Point = FlowReply['series'][number]

const columns: Column<Point>[] = [
  { id: 'to', header: 'At the end of', cell: ({ to }) => <Day value={to} /> },
  { id: 'arrived', header: 'Arrived', align: 'right', cell: (point) => formatCount(point.arrived_total) },
  { id: 'started', header: 'Started', align: 'right', cell: (point) => formatCount(point.started_total) },
  { id: 'finished', header: 'Finished', align: 'right', cell: (point) => formatCount(point.finished_total) },
  { id: 'wip', header: 'In progress', align: 'right', cell: ({ wip }) => formatCount(wip) },
]

/** Three bands: finished, in progress, not started. */
export function CumulativePanel({ reply: { series } }: { reply: FlowReply }) {
  const title = 'Cumulative flow'
  const top = Math.max(0, ...series.map(({ arrived_total }) => arrived_total))
  return (
    <PlotPanel
      title={title}
      note="items since the window began, with those open then"
      height={plotHeight}
      empty={top === 0 ? 'No work items yet: connect Jira or GitHub' : undefined}
      plot={
        <LayersPlot
          label={title}
          height={plotHeight}
          data={series.map(({ to, arrived_total, started_total, finished_total, wip }) => ({
            x: to,
            finished: finished_total,
            wip,
            waiting: Math.max(0, arrived_total - started_total),
          }))}
          layers={[
            { name: 'finished', label: 'Finished', stage: 'deploy' },
            { name: 'wip', label: 'In progress', stage: 'pickup' },
            { name: 'waiting', label: 'Waiting', stage: 'coding' },
          ]}
          ticks={ticksOf(top, 'count')}
          formatX={(day) => formatDay(day)}
        />
      }
      table={
        <LazyDataTable bare minWidth={420} caption={title} columns={columns} rows={series} rowKey={({ to }) => to} />
      }
    />
  )
}
