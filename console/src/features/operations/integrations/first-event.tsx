/** Whether the sender was heard since its secret was given; notices by itself. */
import { Group, Loader, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Moment } from '~/ui/time.tsx'
import { integrationHealthQuery } from '../queries.ts'

const everyMs = 3000

/** `source` is the name the events carry; `since` when its sender was told, by default now. */
export function FirstEvent({ source, since: told }: { source: string; since?: string }) {
  const { data } = useQuery({ ...integrationHealthQuery, refetchInterval: everyMs })
  const [shown] = useState(() => new Date().toISOString())
  const since = told ?? shown
  const at = data?.sources.find((one) => one.source === source)?.last_event_at ?? null
  return (
    <Group gap="sm" role="status" wrap="nowrap">
      {at !== null && at > since ? (
        <>
          <IconCircleCheck size={20} color="var(--dt-elite)" aria-hidden />
          <Text>It was heard: an event of {source} came in.</Text>
        </>
      ) : (
        <>
          <Loader type="dots" size="sm" />
          <Text c="dimmed">
            Listening for an event of {source}
            {at === null ? (
              '; none came yet'
            ) : (
              <>
                ; the last one was <Moment value={at} />
              </>
            )}
          </Text>
        </>
      )}
    </Group>
  )
}
