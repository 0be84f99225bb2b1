/** A benchmark level: word, signal bars and colour, so that colour alone never says it. */
import { Badge } from '@mantine/core'
import type { levels } from '#modules/delivery/dora/schemas.ts'

/** One of the four levels of a benchmark band. */
export type Level = (typeof levels)[number]

const filledBars: Record<Level, number> = { low: 1, medium: 2, high: 3, elite: 4 }

/** Four bars, as many filled as the level is high. */
export function LevelBars({ level }: { level: Level }) {
  return (
    <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          x={bar * 3.6}
          y={9 - bar * 3}
          width="2.6"
          height={3 + bar * 3}
          rx="0.8"
          fill={`var(--dt-${level})`}
          opacity={bar < filledBars[level] ? 1 : 0.25}
        />
      ))}
    </svg>
  )
}

/** `elite`, `high`, `medium` or `low`. */
export function LevelBadge({ level }: { level: Level }) {
  return (
    <Badge
      tt="none"
      fw={600}
      radius="sm"
      px={8}
      miw="max-content"
      bg={`var(--dt-${level}-tint)`}
      c={`var(--dt-${level})`}
      leftSection={<LevelBars level={level} />}
    >
      {level}
    </Badge>
  )
}
