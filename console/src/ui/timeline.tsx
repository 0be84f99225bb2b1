/** What happened to one thing, oldest first. */
import { Group, Timeline as MantineTimeline, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Tone } from './tag.tsx'
import { Moment } from './time.tsx'

const bulletColors: Record<Tone, string> = {
  good: 'var(--dt-elite)',
  info: 'var(--dt-high)',
  warning: 'var(--dt-medium)',
  bad: 'var(--dt-low)',
  plain: 'var(--dt-line-soft)',
}

type Happening = {
  key: string
  what: string
  /** Null for what has not happened yet. */
  at: string | null
  tone?: Tone
  detail?: ReactNode
}

/** A vertical line with one point a happening. */
export const Timeline = ({ happenings }: { happenings: readonly Happening[] }) => (
  <MantineTimeline bulletSize={14} lineWidth={2} active={happenings.length} autoContrast>
    {happenings.map(({ key, what, at, tone = 'plain', detail }) => (
      <MantineTimeline.Item
        key={key}
        color={bulletColors[tone]}
        title={
          <Group justify="space-between" gap="xs">
            <Text span fw={500}>
              {what}
            </Text>
            {at ? (
              <Text span size="sm" c="dimmed">
                <Moment value={at} absolute />
              </Text>
            ) : null}
          </Group>
        }
      >
        {detail ? (
          <Text size="sm" c="dimmed" component="div" style={{ overflowWrap: 'anywhere' }}>
            {detail}
          </Text>
        ) : null}
      </MantineTimeline.Item>
    ))}
  </MantineTimeline>
)
