/** Schedules: whose last run failed, and when the others come due. */
import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { hasFailed, type Schedule, schedulesQuery } from '~/features/queue/queries.ts'
import { TextLink } from '~/ui/link.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Moment } from '~/ui/time.tsx'

const mostShown = 9

/** Failed ones with their reason first, then the others with when they come due. */
export function SchedulesPanel() {
  const query = useQuery(schedulesQuery)
  return (
    <LoadedPanel
      title="Schedules"
      height={220}
      query={query}
      action={
        <TextLink to="/schedules" fz="sm">
          All schedules
        </TextLink>
      }
    >
      {({ schedules }) =>
        schedules.length === 0 ? (
          <Text c="dimmed">None is registered; a worker does it when it starts.</Text>
        ) : (
          <Stack gap="sm">
            {[...schedules]
              .sort((one, other) => Number(hasFailed(other)) - Number(hasFailed(one)))
              .slice(0, mostShown)
              .map((schedule) => (
                <Line key={schedule.name} schedule={schedule} />
              ))}
          </Stack>
        )
      }
    </LoadedPanel>
  )
}

function Line({ schedule }: { schedule: Schedule }) {
  const { name, last_outcome: outcome, last_started_at: last, next_run_at: next } = schedule
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text fw={500}>{name.replace(/^scheduler:/, '')}</Text>
        <Text size="sm" c="dimmed">
          {hasFailed(schedule) ? <Moment value={last} /> : <Moment value={next} />}
        </Text>
      </Group>
      {hasFailed(schedule) ? (
        <Text size="sm" c="var(--dt-low)">
          {outcome}
        </Text>
      ) : null}
    </div>
  )
}
