/** All that came of an event: the facts it caused, and the days of the streams they count on. */
import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { streamsQuery } from '~/features/delivery/queries.ts'
import { formatDay } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { FactLinks } from './fact-links.tsx'
import type { EventDetail } from './queries.ts'

const mostDays = 12

type LineageProps = Pick<EventDetail, 'facts' | 'days'> & {
  /** It is not done yet. */
  pending: boolean
}

/** Two short lists; a day leads to the figures of that day. */
export function Lineage({ facts, days, pending }: LineageProps) {
  if (facts.length === 0 && days.length === 0)
    return (
      <Text c="dimmed">
        {pending ? 'Nothing yet.' : 'It changed nothing: not about delivery, already known, or given up.'}
      </Text>
    )
  return (
    <Stack gap="sm">
      <FactLinks facts={facts} />
      {days.length === 0 ? (
        <Text size="sm" c="dimmed">
          They count on no day yet.
        </Text>
      ) : (
        <Days days={days} />
      )}
    </Stack>
  )
}

function Days({ days }: { days: EventDetail['days'] }) {
  const { data } = useQuery(streamsQuery)
  const byId = new Map(data?.streams.map((stream) => [stream.id, stream]))
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        Counts on
      </Text>
      <Group gap="sm">
        {days.slice(0, mostDays).map(({ stream, day }) => {
          const scope = stream === 'all' ? {} : byId.get(stream)?.kind === 'tech' ? { tech_stream: stream } : { stream }
          return (
            <TextLink key={`${stream} ${day}`} to="/delivery" search={{ ...scope, from: day, to: day }}>
              {formatDay(day, true)}, {stream === 'all' ? 'all streams' : (byId.get(stream)?.name ?? stream)}
            </TextLink>
          )
        })}
        {days.length > mostDays ? <Text c="dimmed">and {days.length - mostDays} more</Text> : null}
      </Group>
    </div>
  )
}
