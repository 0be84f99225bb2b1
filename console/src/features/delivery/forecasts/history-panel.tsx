/** What is drawn from: each day's finished items, and those that came in. */
import type { ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDay, formatRatio, plural } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { BarsPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { plotHeight } from './layout.ts'

type Row = ForecastReply['history'][number]

const columns: Column<Row>[] = [
  { id: 'day', header: 'Day', cell: ({ day }) => <Day value={day} /> },
  { id: 'finished', header: 'Finished', align: 'right', cell: ({ finished }) => formatCount(finished) },
  { id: 'arrived', header: 'Came in', align: 'right', cell: ({ arrived }) => formatCount(arrived) },
]

/** Days without anything are days too. */
export function HistoryPanel({ reply }: { reply: ForecastReply }) {
  const { from, to, n, finished, arrived, coverage, history, days } = reply
  const kinds = days === 'working' ? ' (Mon – Fri)' : ''
  const young = coverage < 1 ? `; known for ${formatRatio(coverage)} of the days asked for` : ''
  return (
    <PlotPanel
      title="Drawn from"
      note={`${formatDay(from, true)} – ${formatDay(to, true)}: ${plural(n, 'day')}${kinds}, ${formatCount(finished)} finished, ${formatCount(arrived)} came in${young}`}
      height={plotHeight}
      empty={
        finished + arrived === 0 ? 'No work item was finished or came in: connect Jira or GitHub issues' : undefined
      }
      plot={
        <BarsPlot
          label="Drawn from"
          height={plotHeight}
          data={history.map(({ day, ...counts }) => ({ x: day, ...counts }))}
          series={[
            { name: 'finished', label: 'Finished' },
            { name: 'arrived', label: 'Came in', quiet: true },
          ]}
          format={formatCount}
          formatX={(day) => formatDay(day)}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={300}
          caption="Drawn from"
          columns={columns}
          rows={history}
          rowKey={({ day }) => day}
        />
      }
    />
  )
}
