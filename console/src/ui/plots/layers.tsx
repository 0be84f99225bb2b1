import { AreaChart } from '@mantine/charts'
import '@mantine/charts/styles.css'

type LayersProps = {
  label: string
  height: number
  data: readonly Record<string, string | number>[]
  /** From the bottom upwards; colours are the theme's `--dt-stage-*`. */
  layers: readonly { name: string; label: string; stage: 'coding' | 'pickup' | 'review' | 'deploy' }[]
  ticks: readonly number[]
  formatX: (value: string) => string
}

/** Areas on top of each other over time: how much of a whole is where. */
export function Layers({ label, height, data, layers, ticks, formatX }: LayersProps) {
  return (
    <AreaChart
      h={height}
      type="stacked"
      data={[...data]}
      dataKey="x"
      role="figure"
      aria-label={label}
      series={layers.map(({ name, label: title, stage }) => ({
        name,
        label: title,
        color: `var(--dt-stage-${stage})`,
      }))}
      curveType="linear"
      withGradient={false}
      fillOpacity={0.55}
      strokeWidth={1}
      withDots={false}
      areaProps={{ isAnimationActive: false }}
      areaChartProps={{ margin: { top: 8, right: 8, bottom: 0, left: 0 } }}
      gridAxis="none"
      tickLine="none"
      withLegend
      legendProps={{ verticalAlign: 'bottom', height: 40, itemSorter: null }}
      xAxisProps={{ tickFormatter: formatX, minTickGap: 24, interval: 'preserveStartEnd' }}
      yAxisProps={{ domain: [0, ticks.at(-1) ?? 1], ticks: [...ticks], width: 48, interval: 0 }}
      tooltipProps={{
        isAnimationActive: false,
        labelFormatter: (value) => (value === undefined ? '' : formatX(String(value))),
      }}
      textColor="dimmed"
    />
  )
}
