import { ScatterChart } from '@mantine/charts'
import '@mantine/charts/styles.css'

type Axis = { label: string; format: (value: number) => string }
type ScatterProps = {
  label: string
  height: number
  points: readonly { x: number; y: number }[]
  x: Axis
  y: Axis
}

/** Points of two measures, with lines where each is 0; the panel says which is which. */
export function Scatter({ label, height, points, x, y }: ScatterProps) {
  return (
    <ScatterChart
      h={height}
      role="figure"
      aria-label={label}
      data={[{ name: label, color: 'var(--dt-line)', data: points.map((point) => ({ ...point })) }]}
      dataKey={{ x: 'x', y: 'y' }}
      labels={{ x: x.label, y: y.label }}
      valueFormatter={{ x: x.format, y: y.format }}
      gridAxis="none"
      tickLine="none"
      referenceLines={[
        { x: 0, color: 'var(--dt-grid)' },
        { y: 0, color: 'var(--dt-grid)' },
      ]}
      scatterProps={{ isAnimationActive: false }}
      scatterChartProps={{ margin: { top: 8, right: 16, bottom: 8, left: 0 } }}
      xAxisProps={{ tickCount: 5, minTickGap: 16 }}
      yAxisProps={{ width: 60, tickCount: 5 }}
      tooltipProps={{ isAnimationActive: false }}
      textColor="dimmed"
    />
  )
}
