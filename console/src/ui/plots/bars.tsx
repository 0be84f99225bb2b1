import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { inRows, type Mark } from './mark-rows.ts'

type BarsProps = {
  label: string
  height: number
  data: readonly ({ x: string } & Record<string, string | number | null>)[]
  /** One bar each, side by side; a quiet one is what the other is seen beside. */
  series: readonly { name: string; label: string; quiet?: boolean }[]
  /** Lines through bars, by their `x`. */
  marks?: readonly Mark[]
  format: (value: number) => string
  /** How an `x` reads above the values of its bars. */
  formatX?: (x: string) => string
  /** How it reads on the axis, where that is shorter. */
  formatTick?: (x: string) => string
}

/** Of a line of labels, in pixels. */
const rowHeight = 13

/** Bars over days, ranges or things, with lines where something is to be read off. */
export function Bars({ label, height, data, series, marks = [], format, formatX = String, formatTick }: BarsProps) {
  const sideBySide = series.length > 1
  // What only comes whole is not counted in quarters on the axis.
  const whole = data.every((bar) => series.every(({ name }) => Number.isInteger(bar[name] ?? 0)))
  const rows = inRows(
    marks,
    data.map(({ x }) => x),
  )
  // Room for two rows where there may be any, so that plots side by side are of one height.
  const top = rows.length > 0 ? 20 + Math.max(1, ...rows.map(({ row }) => row)) * rowHeight : 8
  return (
    <BarChart
      h={height}
      data={[...data]}
      dataKey="x"
      role="figure"
      aria-label={label}
      series={series.map(({ quiet, ...bar }) => ({ ...bar, color: quiet ? 'var(--dt-line-soft)' : 'var(--dt-line)' }))}
      barProps={{ isAnimationActive: false, radius: [2, 2, 0, 0], ...(sideBySide ? { maxBarSize: 36 } : {}) }}
      barChartProps={{
        margin: { top, right: 12, bottom: 0, left: 0 },
        barCategoryGap: '12%',
        // Of the width of a group: pixels would leave nothing of many bars.
        barGap: '2%',
      }}
      gridAxis="x"
      gridColor="var(--dt-grid)"
      strokeDasharray="0"
      tickLine="none"
      valueFormatter={format}
      withLegend={sideBySide}
      legendProps={{ verticalAlign: 'bottom', height: 28, itemSorter: null }}
      referenceLines={rows.map(({ x, label: value, row }) => ({
        x,
        color: 'var(--mantine-color-text)',
        label: { value, position: 'top' as const, offset: 5 + row * rowHeight },
      }))}
      xAxisProps={{
        interval: 'equidistantPreserveStart',
        minTickGap: 12,
        tickFormatter: formatTick ?? formatX,
        fontSize: 11,
      }}
      yAxisProps={{
        width: 44,
        tickCount: 4,
        allowDecimals: !whole,
        tickFormatter: (value) => format(Number(value)),
      }}
      tooltipProps={{
        isAnimationActive: false,
        labelFormatter: (x) => (x === undefined ? '' : formatX(String(x))),
      }}
      textColor="dimmed"
    />
  )
}
