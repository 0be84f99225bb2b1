/** One event: how it was processed, what it said, and the facts that came of it. */
import { Code, Grid, Group, ScrollArea, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { z } from 'zod'
import type { eventReply } from '#modules/intake/schemas.ts'
import { CopyAction } from '~/ui/copy.tsx'
import { Facts } from '~/ui/facts.tsx'
import { formatCount, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Moment } from '~/ui/time.tsx'
import { EventStatusTag } from './event-status.tsx'
import { FactLinks } from './fact-links.tsx'
import { prettyPayload } from './pretty-payload.ts'
import { eventQuery } from './queries.ts'

type Event = z.output<typeof eventReply>

const route = getRouteApi('/queue/$id')

/** `/queue/$id`. */
export function EventPage() {
  const { id } = route.useParams()
  const query = useQuery(eventQuery(id))
  return (
    <Page
      title={query.data ? `${query.data.source} ${humanize(query.data.type)}` : `Event ${id}`}
      back={<TextLink to="/queue">Event queue</TextLink>}
      lead={query.data ? <Lead event={query.data} /> : ' '}
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={320} cols={{ base: 1, lg: 2 }} />}>
        {(event) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <Stack gap="md">
                <Panel title="Processing">
                  <Facts rows={factsOf(event)} />
                </Panel>
                <Panel title="Facts" note="What it meant">
                  <FactLinks facts={event.facts} />
                </Panel>
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <Payload event={event} />
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  )
}

const Lead = ({ event }: { event: Event }) => (
  <Group gap="xs">
    <EventStatusTag status={event.status} />
    <Moment value={event.enqueued_at} absolute />
  </Group>
)

const factsOf = (event: Event) => [
  { name: 'Outcome', value: event.outcome ? humanize(event.outcome) : '–' },
  { name: 'Attempts', value: event.attempts },
  { name: 'Received', value: <Moment value={event.enqueued_at} /> },
  { name: 'Finished', value: <Moment value={event.finished_at} /> },
  {
    name: 'Delivery',
    value: (
      <Text span inherit ff="monospace" fz="sm">
        {event.delivery_id}
      </Text>
    ),
  },
  ...(event.last_error
    ? [
        {
          name: 'Last error',
          value: (
            <Text span inherit c="var(--dt-low)">
              {event.last_error}
            </Text>
          ),
        },
      ]
    : []),
  ...(event.error_class ? [{ name: 'Kind of error', value: humanize(event.error_class) }] : []),
]

function Payload({ event }: { event: Event }) {
  const { text, cut } = prettyPayload(event.payload, event.payload_bytes)
  const note = `${formatCount(event.payload_bytes)} bytes, ${event.content_type}${cut ? '; only its beginning is shown' : ''}`
  return (
    <Panel title="Payload" note={note} action={<CopyAction value={event.payload} label="payload" />}>
      <ScrollArea.Autosize
        mah={640}
        type="auto"
        viewportProps={{ tabIndex: 0, 'aria-label': 'Payload', role: 'group' }}
      >
        <Code block fz="sm">
          {text}
        </Code>
      </ScrollArea.Autosize>
    </Panel>
  )
}
