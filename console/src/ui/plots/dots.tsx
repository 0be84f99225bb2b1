import { ScatterChart } from '@mantine/charts'
import '@mantine/charts/styles.css'

type DotsProps = {
  label: string
  height: number
  data: readonly { x: number; y: number; bad: boolean }[]
  /** Ends of the axis below. */
  domain: readonly [number, number]
  ticks: readonly number[]
  /** Dashed lines across, each with its name. */
  lines: readonly { y: number; label: string }[]
  /** Names of the axes in the tooltip. */
  names: { x: string; y: string }
  formatX: (value: number) => string
  formatY: (value: number) => string
}

/** One dot a thing, with lines that say how high dots usually are; what is above the last line stands out. */
export function Dots({ label, height, data, domain, ticks, lines, names, formatX, formatY }: DotsProps) {
  const of = (bad: boolean) => data.filter((dot) => dot.bad === bad).map(({ x, y }) => ({ x, y }))
  return (
    <ScatterChart
      h={height}
      role="figure"
      aria-label={label}
      dataKey={{ x: 'x', y: 'y' }}
      data={[
        { name: 'usual', color: 'var(--dt-line)', data: of(false) },
        { name: 'long', color: 'var(--dt-low)', data: of(true) },
      ]}
      labels={names}
      valueFormatter={{ x: formatX, y: formatY }}
      scatterProps={{ isAnimationActive: false, fillOpacity: 0.7 }}
      scatterChartProps={{ margin: { top: 8, right: 40, bottom: 0, left: 0 } }}
      referenceLines={lines.map(({ y, label: name }) => ({
        y,
        stroke: 'var(--dt-line-soft)',
        strokeDasharray: '4 4',
        label: { value: name, position: 'right', fontSize: 11, fill: 'var(--mantine-color-dimmed)' },
      }))}
      gridAxis="none"
      tickLine="none"
      xAxisProps={{ domain: [...domain], tickFormatter: formatX, tickCount: 6, minTickGap: 24, allowDecimals: false }}
      yAxisProps={{ domain: [0, ticks.at(-1) ?? 1], ticks: [...ticks], width: 40, interval: 0, tickFormatter: String }}
      tooltipProps={{ isAnimationActive: false }}
      textColor="dimmed"
    />
  )
}
