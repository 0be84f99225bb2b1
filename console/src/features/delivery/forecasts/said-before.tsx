/** The stored forecasts: each night's "how many in 30 days", and what came. */
import type { ForecastReply } from '#modules/delivery/forecast/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDay } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ticksOf } from '~/ui/plots/bands.ts'
import { TrendPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { plotHeight } from './layout.ts'

type Row = ForecastReply['series']['how_many'][number]

const horizon = 30
const title = `Said before: how many in ${horizon} days`

const columns: Column<Row>[] = [
  { id: 'made', header: 'Said on', cell: ({ made_on }) => <Day value={made_on} /> },
  { id: 'p50', header: 'P50', align: 'right', cell: ({ at_least }) => formatCount(at_least.p50) },
  { id: 'p85', header: 'P85', align: 'right', cell: ({ at_least }) => formatCount(at_least.p85) },
  { id: 'p95', header: 'P95', align: 'right', cell: ({ at_least }) => formatCount(at_least.p95) },
  {
    id: 'came',
    header: 'Came',
    align: 'right',
    cell: ({ outcome, fate }) => (fate === 'void' ? 'void' : outcome === null ? '–' : formatCount(outcome)),
  },
]

/** Three lines: what was even odds, what was 85 % sure, and what came of it where that is known. */
export function SaidBefore({ reply }: { reply: ForecastReply }) {
  const rows = reply.series.how_many.filter((row) => row.horizon_days === horizon)
  const most = Math.max(0, ...rows.map(({ at_least, outcome }) => Math.max(at_least.p50, outcome ?? 0)))
  return (
    <PlotPanel
      title={title}
      note="each night's forecast; what came is known 30 days later"
      height={plotHeight}
      empty={rows.length === 0 ? 'The first forecasts are made tonight' : undefined}
      plot={
        <TrendPlot
          label={title}
          height={plotHeight}
          data={rows.map(({ made_on, at_least, outcome }) => ({
            x: made_on,
            came: outcome,
            p50: at_least.p50,
            p85: at_least.p85,
          }))}
          series={[
            { name: 'came', label: 'Came' },
            { name: 'p50', label: 'P50' },
            { name: 'p85', label: 'P85' },
          ]}
          zones={[]}
          ticks={ticksOf(most, 'count')}
          format={formatCount}
          formatX={(day) => formatDay(day)}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={320}
          caption={title}
          columns={columns}
          rows={rows}
          rowKey={({ made_on }) => made_on}
        />
      }
    />
  )
}
