import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'

type GroupedProps = {
  label: string
  height: number
  data: readonly ({ x: string } & Record<string, string | number | null>)[]
  /** Bars of one group; the first is quiet, the second what counts. */
  series: readonly [{ name: string; label: string }, { name: string; label: string }]
  format: (value: number) => string
}

/** Two bars side by side for each of some things. */
export function Grouped({ label, height, data, series, format }: GroupedProps) {
  return (
    <BarChart
      h={height}
      data={[...data]}
      dataKey="x"
      role="figure"
      aria-label={label}
      series={series.map((one, index) => ({ ...one, color: index === 0 ? 'var(--dt-line-soft)' : 'var(--dt-line)' }))}
      barProps={{ isAnimationActive: false, radius: [3, 3, 0, 0], maxBarSize: 36 }}
      barChartProps={{ margin: { top: 8, right: 4, bottom: 0, left: 0 }, barCategoryGap: '22%', barGap: 2 }}
      gridAxis="x"
      gridColor="var(--dt-grid)"
      strokeDasharray="0"
      tickLine="none"
      valueFormatter={format}
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 28, itemSorter: null }}
      xAxisProps={{ interval: 'equidistantPreserveStart', minTickGap: 12 }}
      yAxisProps={{ width: 40, tickCount: 4 }}
      tooltipProps={{ isAnimationActive: false }}
      textColor="dimmed"
    />
  )
}
