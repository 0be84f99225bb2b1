/** One figure that says at a glance whether all is well; the whole tile leads to what is behind it. */
import { Paper, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Tone } from './tag.tsx'

const colors: Partial<Record<Tone, string>> = { warning: 'var(--dt-medium)', bad: 'var(--dt-low)' }

type TileProps = {
  label: string
  value: ReactNode
  /** A sentence below the figure. */
  note?: ReactNode
  tone?: Tone
}

/** A label, a figure, a note. */
export const Tile = ({ label, value, note, tone = 'plain' }: TileProps) => (
  <Paper p="md" h="100%">
    <Text size="sm" c="dimmed">
      {label}
    </Text>
    <Text fz={26} fw={600} lh={1.3} data-figures c={colors[tone]}>
      {value}
    </Text>
    {note ? (
      <Text size="sm" c="dimmed" component="div">
        {note}
      </Text>
    ) : null}
  </Paper>
)
