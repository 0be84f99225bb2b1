/** The name with its mark: a sun over the horizon, the morning of day two. */
import { Group, Text } from '@mantine/core'

export const Wordmark = () => (
  <Group gap={10} wrap="nowrap">
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#1d6f59" />
      <path d="M8 20.5a8 8 0 0 1 16 0M6 25h20" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
    </svg>
    <Text span fw={650} fz="lg" style={{ letterSpacing: '-0.02em' }}>
      daytwo
    </Text>
  </Group>
)
