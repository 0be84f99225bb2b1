/** A titled panel. */
import { Box, Group, Paper, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

export type PanelProps = { title: string; note?: ReactNode; action?: ReactNode; children: ReactNode }

/** A panel with a heading, an optional sentence below it and an action on its right. */
export function Panel({ title, note, action, children }: PanelProps) {
  return (
    <Paper p="md" h="100%" component="section" aria-label={title}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="xs" mb="sm">
        <Box>
          <Title order={2}>{title}</Title>
          {note ? (
            <Text size="sm" c="dimmed">
              {note}
            </Text>
          ) : null}
        </Box>
        {action ? <Box flex="none">{action}</Box> : null}
      </Group>
      {children}
    </Paper>
  )
}
