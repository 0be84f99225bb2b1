/** On an alert's page: which channel was told of it, and when. */
import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { TextLink } from '~/ui/link.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { type Notification, toldOfQuery } from './queries.ts'
import { changeWords, reasonOf, stateTones } from './words.ts'

/** The panel, with what is newest first. */
export function ToldPanel({ alertId }: { alertId: string }) {
  const query = useQuery(toldOfQuery(alertId))
  return (
    <LoadedPanel
      title="Who was told"
      height={96}
      query={query}
      action={
        <TextLink to="/notifications" fz="sm">
          Notifications
        </TextLink>
      }
    >
      {({ notifications }) =>
        notifications.length === 0 ? (
          <Text c="dimmed">Nobody: no channel hears of alerts like this one.</Text>
        ) : (
          <Stack gap="sm">
            {notifications.map((one) => (
              <Line key={one.id} of={one} />
            ))}
          </Stack>
        )
      }
    </LoadedPanel>
  )
}

function Line({ of }: { of: Notification }) {
  const why = reasonOf(of.why)
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Tag tone={stateTones[of.state]}>{of.state}</Tag>
          <Text>
            {changeWords[of.change]}, to {of.channel.name}
          </Text>
        </Group>
        <Text size="sm" c="dimmed">
          <Moment value={of.told_at ?? of.due_at ?? of.created_at} />
        </Text>
      </Group>
      {why ? (
        <Text size="sm" c={of.state === 'failed' ? 'var(--dt-low)' : 'dimmed'} style={{ overflowWrap: 'anywhere' }}>
          {why}
        </Text>
      ) : null}
    </div>
  )
}
