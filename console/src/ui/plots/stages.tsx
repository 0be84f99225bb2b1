import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { ticksOf } from './bands.ts'

type StagesProps = {
  label: string
  height: number
  /** One bar each, for example `p50`. */
  data: readonly Record<string, string | number>[]
  stages: readonly { name: string; label: string }[]
  format: (value: number) => string
}

/** Stacked bars lying on their side: what a time is made of. */
export function Stages({ label, height, data, stages, format }: StagesProps) {
  const longest = Math.max(0, ...data.map((bar) => stages.reduce((sum, { name }) => sum + Number(bar[name] ?? 0), 0)))
  const ticks = ticksOf(longest, 'seconds')
  return (
    <BarChart
      h={height}
      type="stacked"
      orientation="vertical"
      data={[...data]}
      dataKey="x"
      role="figure"
      aria-label={label}
      series={stages.map((stage) => ({ ...stage, color: `var(--dt-stage-${stage.name})` }))}
      barProps={{ isAnimationActive: false }}
      barChartProps={{ margin: { top: 0, right: 16, bottom: 0, left: 0 }, barCategoryGap: '24%' }}
      gridAxis="none"
      tickLine="none"
      valueFormatter={format}
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 32, itemSorter: null }}
      xAxisProps={{ tickFormatter: (value) => format(Number(value)), domain: [0, ticks.at(-1)!], ticks, interval: 0 }}
      yAxisProps={{ width: 44 }}
      tooltipProps={{ isAnimationActive: false }}
      textColor="dimmed"
    />
  )
}
