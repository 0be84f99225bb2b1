/** Each metric over time before the background of its bands, and the spread of lead times. */
import { SimpleGrid } from '@mantine/core'
import type { z } from 'zod'
import type { bandsReply, DoraReply, MetricName } from '#modules/delivery/dora/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { capitalize, formatDay } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ticksOf, zonesOf } from '~/ui/plots/bands.ts'
import { TrendPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { formatValue, metricTexts, unitOf } from '../metric-texts.ts'
import { DistributionPanel } from './distribution-panel.tsx'
import { plotHeight, trendColumns } from './layout.ts'

type Bands = z.output<typeof bandsReply>

/** Five trends and the distribution. */
export const TrendPanels = ({ reply, bands }: { reply: DoraReply; bands: Bands | undefined }) => (
  <SimpleGrid cols={trendColumns}>
    {reply.metrics.map(({ name }) => (
      <TrendPanel key={name} name={name} reply={reply} bands={bands} />
    ))}
    <DistributionPanel reply={reply} height={plotHeight} />
  </SimpleGrid>
)

const daysOfWeek = [0, 1, 3, 5, 7]

type Point = { x: string; to: string; value: number | null; n: number }

function TrendPanel({ name, reply, bands }: { name: MetricName; reply: DoraReply; bands: Bands | undefined }) {
  const unit = unitOf[name]
  const { title, counted } = metricTexts[name]
  const format = (value: number) => formatValue(value, unit)
  const points: Point[] = reply.series.map(({ from, to, values }) => ({
    x: from,
    to,
    value: values[name]?.value ?? null,
    n: values[name]?.n ?? 0,
  }))
  const top = Math.max(0, ...points.map(({ value }) => value ?? 0))
  const ticks = unit === 'deployment_days_per_week' ? daysOfWeek : ticksOf(top, unit)
  const band = bands?.metrics[name]
  return (
    <PlotPanel
      title={title}
      note={`per ${reply.interval}`}
      height={plotHeight}
      empty={points.some(({ value }) => value !== null) ? undefined : 'No value in this window yet'}
      plot={
        <TrendPlot
          label={`${title} per ${reply.interval}`}
          height={plotHeight}
          data={points}
          series={[{ name: 'value', label: title }]}
          zones={band ? zonesOf(band, ticks.at(-1)!) : []}
          ticks={ticks}
          format={format}
          formatX={(day) => formatDay(day)}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={240}
          caption={`${title} per ${reply.interval}`}
          columns={columnsOf(counted, format)}
          rows={points}
          rowKey={({ x }) => x}
        />
      }
    />
  )
}

const columnsOf = (counted: string, format: (value: number) => string): Column<Point>[] => [
  { id: 'from', header: 'From', cell: ({ x }) => <Day value={x} /> },
  { id: 'value', header: 'Value', align: 'right', cell: ({ value }) => (value === null ? '–' : format(value)) },
  { id: 'n', header: capitalize(counted), align: 'right', cell: ({ n }) => n },
]
