/** What is in progress, by age, before the lines of how long work took. */
import type { FlowReply } from '#modules/delivery/flow/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, plural } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ticksOf } from '~/ui/plots/bands.ts'
import { DotsPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { plotHeight } from './layout.ts'
import { percentileLines } from './percentile-lines.ts'

type Item = FlowReply['aging']['items'][number]

const columns: Column<Item>[] = [
  { id: 'key', header: 'Item', cell: ({ key }) => key },
  { id: 'status', header: 'Status', cell: ({ status }) => status ?? '–', phone: false },
  { id: 'started', header: 'Started', cell: ({ started_on }) => <Day value={started_on} />, phone: false },
  { id: 'age', header: 'Age', align: 'right', cell: ({ age_days }) => plural(age_days, 'day') },
  { id: 'passed', header: 'Older than', align: 'right', cell: ({ passed }) => (passed === null ? '–' : `p${passed}`) },
]

/** The oldest on the left; the table names them. */
export function AgingPanel({ reply: { aging, cycle_time: cycle } }: { reply: FlowReply }) {
  const { items, total } = aging
  const lines = percentileLines(cycle)
  const top = Math.max(1, ...items.map(({ age_days }) => age_days), ...lines.map(({ y }) => y))
  const shown = items.length < total ? `the oldest ${formatCount(items.length)} of ${formatCount(total)}` : 'each item'
  const title = 'Age of work in progress'
  return (
    <PlotPanel
      title={title}
      note={`${shown}, oldest first, in calendar days`}
      height={plotHeight}
      empty={total === 0 ? 'Nothing is in progress' : undefined}
      plot={
        <DotsPlot
          label={title}
          height={plotHeight}
          data={items.map(({ age_days, passed }, index) => ({ x: index + 1, y: age_days, bad: passed === 85 }))}
          domain={[1, Math.max(2, items.length)]}
          ticks={ticksOf(top, 'count')}
          lines={lines}
          names={{ x: 'Place by age', y: 'Age' }}
          formatX={formatCount}
          formatY={(days) => plural(days, 'day')}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={320}
          caption={title}
          columns={columns}
          rows={items}
          rowKey={({ source, key }) => `${source} ${key}`}
        />
      }
    />
  )
}
