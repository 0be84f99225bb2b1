import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'

type HistogramProps = {
  label: string
  height: number
  data: readonly { range: string; count: number }[]
}

/** `1 h – 4 h` → `4 h`; the last range has no upper end. */
const upperEnd = (range: string) => (range.startsWith('>') ? 'more' : (range.split(/– |< /).at(-1) ?? range))

/** How many fell into each range. */
export function Histogram({ label, height, data }: HistogramProps) {
  return (
    <BarChart
      h={height}
      data={[...data]}
      dataKey="range"
      role="figure"
      aria-label={label}
      series={[{ name: 'count', label: 'Changes', color: 'var(--dt-line)' }]}
      barProps={{ isAnimationActive: false, radius: [3, 3, 0, 0] }}
      barChartProps={{ margin: { top: 8, right: 4, bottom: 0, left: 0 }, barCategoryGap: '12%' }}
      gridAxis="x"
      gridColor="var(--dt-grid)"
      strokeDasharray="0"
      tickLine="none"
      xAxisProps={{ interval: 'equidistantPreserveStart', minTickGap: 6, tickFormatter: upperEnd, fontSize: 11 }}
      yAxisProps={{ width: 40, tickCount: 4, allowDecimals: false }}
      tooltipProps={{ isAnimationActive: false }}
      textColor="dimmed"
    />
  )
}
