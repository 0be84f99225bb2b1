/** A line without axes: which way a figure goes, small enough for a tile. No plot library. */
type SparklineProps = {
  /** What it shows, for people who cannot see it. */
  label: string
  /** Oldest first; null is a gap. */
  values: readonly (number | null)[]
  height?: number
}

const width = 160

/** Draws what is there; a single value is a dot. */
export function Sparkline({ label, values, height = 32 }: SparklineProps) {
  const known = values.filter((value) => value !== null)
  const top = Math.max(...known, 0) || 1
  const step = values.length > 1 ? (width - 4) / (values.length - 1) : 0
  const points = values.flatMap((value, index) =>
    value === null ? [] : [{ x: 2 + index * step, y: 2 + (1 - value / top) * (height - 4) }],
  )
  const last = points.at(-1)
  return (
    <svg
      role="img"
      aria-label={label}
      width="100%"
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      style={{ display: 'block' }}
    >
      <polyline
        points={points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}
        fill="none"
        stroke="var(--dt-line)"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
      {last && points.length === 1 ? <circle cx={last.x} cy={last.y} r="2" fill="var(--dt-line)" /> : null}
    </svg>
  )
}
