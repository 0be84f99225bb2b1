/** Whether what is shown renews itself as it changes. */
import { Box, Text } from '@mantine/core'
import { useIsLive } from './live.ts'

/** A dot and a word. */
export function LiveState() {
  const live = useIsLive()
  const hint = live ? 'Changes show up as they happen' : 'Renewed every few seconds until the server is heard again'
  return (
    <Box component="span" title={hint} display="inline-flex" style={{ alignItems: 'center', gap: 6 }}>
      <Box
        component="span"
        w={7}
        h={7}
        bdrs="xl"
        bg={live ? 'var(--dt-line)' : 'transparent'}
        bd={live ? undefined : '1px solid var(--dt-line-soft)'}
      />
      <Text span size="xs" c="dimmed">
        {live ? 'live' : 'paused'}
      </Text>
    </Box>
  )
}
