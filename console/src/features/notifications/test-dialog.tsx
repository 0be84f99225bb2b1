/** Sends a test over a channel and shows what was answered. */
import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { channelTest } from '#modules/notifications/schemas.ts'
import { call } from '~/api/client.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { Tag } from '~/ui/tag.tsx'
import type { Channel, Tested } from './queries.ts'

/** Sends when it is opened, once; again when that is asked for. */
export function TestDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const queryClient = useQueryClient()
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['notification-test', channel.id],
    queryFn: () => call(channelTest, `/notification-channels/${channel.id}/test`, { method: 'POST', body: {} }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    refetchOnReconnect: false,
    refetchOnWindowFocus: false,
  })
  useEffect(() => {
    if (data) void queryClient.invalidateQueries({ queryKey: ['notifications'] })
  }, [data, queryClient])
  return (
    <Modal opened onClose={onClose} title={`Test of ${channel.name}`} size="lg">
      <Stack mih={140} justify="space-between">
        <div role="status">
          {isFetching ? (
            <Group gap="sm">
              <Loader size="sm" /> <Text>Waiting for the answer…</Text>
            </Group>
          ) : data ? (
            <Answers tested={data} />
          ) : null}
        </div>
        {error && !isFetching ? <FormFailure error={error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => void refetch()} disabled={isFetching}>
            Send another
          </Button>
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const Answers = ({ tested: { ok, steps } }: { tested: Tested }) => (
  <Stack gap="sm">
    <Text fw={500}>{ok ? 'It arrived.' : 'It did not arrive.'}</Text>
    {steps.map(({ what, ok: well, answer }) => (
      <Group key={what} gap="sm" wrap="nowrap" align="flex-start">
        <Tag tone={well ? 'good' : 'bad'}>{what}</Tag>
        <Text ff="monospace" size="sm" style={{ overflowWrap: 'anywhere' }}>
          {answer}
        </Text>
      </Group>
    ))}
  </Stack>
)
