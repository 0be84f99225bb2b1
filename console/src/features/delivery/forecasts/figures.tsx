/** Three confidences side by side. */
import { Box, SimpleGrid, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { figuresHeight } from './layout.ts'

export const confidences = ['p50', 'p85', 'p95'] as const
export type Confidence = (typeof confidences)[number]

const titles: Record<Confidence, string> = { p50: 'Even odds', p85: '85 % sure', p95: '95 % sure' }

type FiguresProps = { value: (of: Confidence) => string; note: (of: Confidence) => ReactNode }

/** Each with what it comes to, and a note below. */
export const Figures = ({ value, note }: FiguresProps) => (
  <SimpleGrid cols={3} spacing="xs" mih={figuresHeight} mb="sm">
    {confidences.map((of) => (
      <Box key={of}>
        <Text size="sm" c="dimmed">
          {titles[of]}
        </Text>
        <Text fz={{ base: 16, sm: 22 }} fw={600} lh={1.3} data-figures>
          {value(of)}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {note(of)}
        </Text>
      </Box>
    ))}
  </SimpleGrid>
)

/** Lines for a plot: confidences that fall on one bar share its line. */
export function marksOf<Bar extends { from: string | number; to: string | number }>(
  bars: readonly Bar[],
  at: (of: Confidence) => string | number | null,
): { x: string; label: string }[] {
  const marks = new Map<string, string>()
  for (const of of confidences) {
    const value = at(of)
    const bar = value === null ? undefined : bars.find(({ from, to }) => from <= value && value <= to)
    if (!bar) continue
    const x = String(bar.from)
    marks.set(x, [marks.get(x), of.toUpperCase()].filter(Boolean).join(' · '))
  }
  return [...marks].map(([x, label]) => ({ x, label }))
}
