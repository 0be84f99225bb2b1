/** Whether every source is heard. */
import { Group, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { TextLink } from '~/ui/link.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Moment } from '~/ui/time.tsx'
import { SourceStatusTag } from '../integrations/source-status.tsx'
import type { SourceHealth } from '../queries.ts'

/** One line a source. */
export const HealthPanel = ({ query }: { query: UseQueryResult<{ sources: SourceHealth[] }> }) => (
  <LoadedPanel
    title="Sources"
    height={200}
    query={query}
    action={
      <TextLink to="/integrations" fz="sm">
        Integrations
      </TextLink>
    }
  >
    {({ sources }) => (
      <Stack gap="sm">
        {sources.map(({ source, status, detail, last_event_at: at }) => (
          <div key={source}>
            <Group justify="space-between" gap="xs">
              <Text fw={500}>{source}</Text>
              <SourceStatusTag status={status} />
            </Group>
            <Text size="sm" c="dimmed">
              {status === 'healthy' ? (
                <>
                  Last event <Moment value={at} />
                </>
              ) : (
                detail
              )}
            </Text>
          </div>
        ))}
        {sources.length === 0 ? <Text c="dimmed">No source is known.</Text> : null}
      </Stack>
    )}
  </LoadedPanel>
)
