import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'

type BarsProps = {
  label: string
  height: number
  data: readonly ({ x: string } & Record<string, string | number>)[]
  /** One bar each, side by side; the second is quiet. */
  series: readonly { name: string; label: string }[]
  /** Lines through bars, by their `x`. */
  marks?: readonly { x: string; label: string }[]
  format: (value: number) => string
  formatX: (x: string) => string
}

/** Bars over days or counts, with lines where something is to be read off. */
export function Bars({ label, height, data, series, marks = [], format, formatX }: BarsProps) {
  return (
    <BarChart
      h={height}
      data={[...data]}
      dataKey="x"
      role="figure"
      aria-label={label}
      series={series.map((bar, index) => ({ ...bar, color: index === 0 ? 'var(--dt-line)' : 'var(--dt-line-soft)' }))}
      barProps={{ isAnimationActive: false, radius: [2, 2, 0, 0] }}
      barChartProps={{
        margin: { top: marks.length > 0 ? 20 : 8, right: 12, bottom: 0, left: 0 },
        barCategoryGap: '12%',
      }}
      gridAxis="x"
      gridColor="var(--dt-grid)"
      strokeDasharray="0"
      tickLine="none"
      valueFormatter={format}
      withLegend={series.length > 1}
      legendProps={{ verticalAlign: 'bottom', height: 28, itemSorter: null }}
      referenceLines={marks.map(({ x, label: text }) => ({
        x,
        color: 'var(--mantine-color-text)',
        label: text,
        labelPosition: 'top' as const,
      }))}
      xAxisProps={{ interval: 'equidistantPreserveStart', minTickGap: 12, tickFormatter: formatX, fontSize: 11 }}
      yAxisProps={{ width: 44, tickCount: 4, tickFormatter: (value) => format(Number(value)) }}
      tooltipProps={{
        isAnimationActive: false,
        labelFormatter: (x) => (x === undefined ? '' : formatX(String(x))),
      }}
      textColor="dimmed"
    />
  )
}
