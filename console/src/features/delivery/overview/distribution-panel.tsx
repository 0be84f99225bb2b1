/** How lead times spread: counts of changes per range. */
import type { DoraReply } from '#modules/delivery/dora/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDuration } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { BarsPlot } from '~/ui/plots/index.tsx'

type Range = { range: string; count: number }

const columns: Column<Range>[] = [
  { id: 'range', header: 'Lead time', cell: ({ range }) => range },
  { id: 'count', header: 'Changes', align: 'right', cell: ({ count }) => formatCount(count) },
]

/** `1 h – 4 h` → `4 h`; the last range has no upper end. */
const upperEnd = (range: string) => (range.startsWith('>') ? 'more' : (range.split(/– |< /).at(-1) ?? range))

/** The histogram with its table. */
export function DistributionPanel({ reply, height }: { reply: DoraReply; height: number }) {
  const ranges = reply.lead_time_distribution.map(({ from_seconds: from, to_seconds: to, count }) => ({
    range:
      to === null
        ? `> ${formatDuration(from)}`
        : from === 0
          ? `< ${formatDuration(to)}`
          : `${formatDuration(from)} – ${formatDuration(to)}`,
    count,
  }))
  const title = 'Lead-time distribution'
  return (
    <PlotPanel
      title={title}
      note="changes, by lead time up to"
      height={height}
      empty={ranges.some(({ count }) => count > 0) ? undefined : 'No change with a known lead time yet'}
      plot={
        <BarsPlot
          label={title}
          height={height}
          data={ranges.map(({ range, count }) => ({ x: range, count }))}
          series={[{ name: 'count', label: 'Changes' }]}
          format={formatCount}
          formatTick={upperEnd}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={220}
          caption={title}
          columns={columns}
          rows={ranges}
          rowKey={({ range }) => range}
        />
      }
    />
  )
}
