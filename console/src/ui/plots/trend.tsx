import { LineChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import type { Zone } from './bands.ts'

type TrendProps = {
  label: string
  height: number
  data: readonly Record<string, string | number | null>[]
  /** Lines to draw; the second and later are dashed and quiet, a bad one is as loud as the first. */
  series: readonly { name: string; label: string; bad?: boolean }[]
  zones: readonly Zone[]
  /** The value axis: from its first to its last. */
  ticks: readonly number[]
  format: (value: number) => string
  formatX: (value: string) => string
}

const mostDots = 32

type Dot = { index: number; cx?: number; cy?: number }
type LonelyDotProps = { dot: Dot; data: TrendProps['data']; name: string; color: string | undefined }

/** A point between two gaps: there is no line to see it by. */
function LonelyDot({ dot: { index, cx, cy }, data, name, color }: LonelyDotProps) {
  const value = (at: number) => data[at]?.[name] ?? null
  if (value(index) === null || value(index - 1) !== null || value(index + 1) !== null) return <g />
  return <circle cx={cx} cy={cy} r={2.5} fill={color} />
}

/** A line over time, its gaps left open, with the benchmark's zones behind it. */
export function Trend({ label, height, data, series, zones, ticks, format, formatX }: TrendProps) {
  const max = ticks.at(-1) ?? 1
  return (
    <LineChart
      h={height}
      data={[...data]}
      dataKey="x"
      role="figure"
      aria-label={label}
      series={series.map(({ bad, ...line }, index) => ({
        ...line,
        color: bad ? 'var(--dt-low)' : index === 0 ? 'var(--dt-line)' : 'var(--dt-line-soft)',
        ...(index === 0 ? {} : { strokeDasharray: '4 4' }),
      }))}
      curveType="monotone"
      connectNulls={false}
      strokeWidth={2}
      withDots={data.length <= mostDots}
      dotProps={{ r: 2.5, strokeWidth: 0 }}
      activeDotProps={{ r: 4, strokeWidth: 0 }}
      lineProps={({ name, color }) => ({
        isAnimationActive: false,
        ...(data.length <= mostDots
          ? {}
          : { dot: (dot: Dot) => <LonelyDot dot={dot} key={dot.index} {...{ data, name, color }} /> }),
      })}
      gridAxis="none"
      tickLine="none"
      valueFormatter={format}
      withLegend={series.length > 1}
      legendProps={{ verticalAlign: 'bottom', height: 28, itemSorter: null }}
      referenceAreas={zones.map((zone) => ({
        y1: zone.from,
        y2: zone.to,
        fill: `var(--dt-${zone.level}-zone)`,
        fillOpacity: 1,
        ifOverflow: 'hidden',
        ...((zone.to - zone.from) / max > 0.09
          ? { label: { value: zone.level, position: 'right', fontSize: 11, fill: `var(--dt-${zone.level})` } }
          : {}),
      }))}
      xAxisProps={{
        tickFormatter: formatX,
        minTickGap: 24,
        interval: 'preserveStartEnd',
        padding: { left: 4, right: 4 },
      }}
      yAxisProps={{ domain: [0, max], ticks: [...ticks], width: 48, allowDataOverflow: true, interval: 0 }}
      tooltipProps={{
        isAnimationActive: false,
        labelFormatter: (value) => (value === undefined ? '' : formatX(String(value))),
      }}
      lineChartProps={{ margin: { top: 8, right: zones.length > 0 ? 52 : 8, bottom: 0, left: 0 } }}
      textColor="dimmed"
    />
  )
}
