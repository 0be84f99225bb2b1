/** How many items finished in each interval. */
import type { FlowReply } from '#modules/delivery/flow/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDay } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { BarsPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { plotHeight } from './layout.ts'

type Point = FlowReply['series'][number]

const columns: Column<Point>[] = [
  { id: 'from', header: 'From', cell: ({ from }) => <Day value={from} /> },
  { id: 'to', header: 'To', cell: ({ to }) => <Day value={to} /> },
  { id: 'finished', header: 'Finished', align: 'right', cell: ({ finished }) => formatCount(finished) },
]

/** Bars; the first and the last interval may be cut short. */
export function ThroughputPanel({ reply: { series, interval, throughput } }: { reply: FlowReply }) {
  const title = 'Throughput'
  return (
    <PlotPanel
      title={title}
      note={`items finished per ${interval}`}
      height={plotHeight}
      empty={throughput.finished === 0 ? 'Nothing finished in this window' : undefined}
      plot={
        <BarsPlot
          label={title}
          height={plotHeight}
          data={series.map(({ from, finished }) => ({ x: from, value: finished }))}
          series={[{ name: 'value', label: 'Finished items' }]}
          format={formatCount}
          formatX={(day) => formatDay(day)}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={280}
          caption={title}
          columns={columns}
          rows={series}
          rowKey={({ from }) => from}
        />
      }
    />
  )
}
