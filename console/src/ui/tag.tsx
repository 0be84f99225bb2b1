/** A small word about a row: its state or kind, in one of the console's tones. */
import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Level } from './level-badge.tsx'

/** Good, informing, warning and bad take the levels' colours; plain is grey. */
export type Tone = 'good' | 'info' | 'warning' | 'bad' | 'plain'

const levelOf: Record<Exclude<Tone, 'plain'>, Level> = { good: 'elite', info: 'high', warning: 'medium', bad: 'low' }

/** A tag with words. */
export function Tag({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  const colors =
    tone === 'plain'
      ? { bg: 'var(--mantine-color-default-hover)', c: 'var(--mantine-color-text)' }
      : { bg: `var(--dt-${levelOf[tone]}-tint)`, c: `var(--dt-${levelOf[tone]})` }
  return (
    <Badge tt="none" fw={500} radius="sm" px={8} miw="max-content" {...colors}>
      {children}
    </Badge>
  )
}
