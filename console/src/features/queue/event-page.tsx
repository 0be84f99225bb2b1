/** One event: how it was processed, what it said, and all that came of it. */
import { Grid, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { RequeueButton } from '~/features/operations/dead-letters/requeue-button.tsx'
import { CopyAction } from '~/ui/copy.tsx'
import { Facts } from '~/ui/facts.tsx'
import { formatCount, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { RawText } from '~/ui/raw-text.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Moment } from '~/ui/time.tsx'
import { Timeline } from '~/ui/timeline.tsx'
import { EventStatusTag } from './event-status.tsx'
import { happeningsOf } from './happenings.ts'
import { Lineage } from './lineage.tsx'
import { prettyPayload } from './pretty-payload.ts'
import { type EventDetail, eventQuery, eventWork } from './queries.ts'

const route = getRouteApi('/queue/$id')

/** `/queue/$id`. */
export function EventPage() {
  const { id } = route.useParams()
  const query = useQuery(eventQuery(id))
  const event = query.data
  return (
    <Page
      title={event ? `${event.source} ${humanize(event.type)}` : `Event ${id}`}
      back={<TextLink to="/queue">Event queue</TextLink>}
      lead={event ? <Lead event={event} /> : ' '}
      actions={event?.status === 'dead_lettered' ? <RequeueButton work={eventWork} id={event.id} /> : null}
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={320} cols={{ base: 1, lg: 2 }} />}>
        {(loaded) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <Stack gap="md">
                <Panel title="What happened">
                  <Timeline happenings={happeningsOf(loaded)} />
                </Panel>
                <Panel title="What came of it" note="The facts it caused, and the days they count on">
                  <Lineage facts={loaded.facts} days={loaded.days} pending={loaded.finished_at === null} />
                </Panel>
                <Panel title="Where it came from">
                  <Facts rows={originOf(loaded)} />
                </Panel>
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <Stack gap="md">
                {loaded.last_error ? (
                  <RawText
                    title="Error"
                    note={loaded.error_class ? humanize(loaded.error_class) : undefined}
                    text={loaded.last_error}
                    raw={loaded.last_error}
                  />
                ) : null}
                <Payload event={loaded} />
              </Stack>
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  )
}

const Lead = ({ event }: { event: EventDetail }) => (
  <Group gap="xs">
    <EventStatusTag status={event.status} />
    <Moment value={event.enqueued_at} absolute />
  </Group>
)

const Id = ({ value, label }: { value: string; label: string }) => (
  <Group gap={4} wrap="nowrap">
    <Text span inherit ff="monospace" fz="sm">
      {value}
    </Text>
    <CopyAction value={value} label={label} />
  </Group>
)

const originOf = (event: EventDetail) => [
  { name: 'Delivery', value: <Id value={event.delivery_id} label="delivery id" /> },
  ...(event.origin === null
    ? []
    : [
        {
          name: 'Fetched',
          value:
            event.origin === 'delivery'
              ? `it did not arrive; taken from the log of ${event.source}`
              : `no webhook told it; made from what ${event.source} answered`,
        },
      ]),
  ...(event.request_id ? [{ name: 'Request', value: <Id value={event.request_id} label="request id" /> }] : []),
  {
    name: 'Connection',
    value: event.connection_id ? (
      <TextLink to="/integrations">{event.connection_id}</TextLink>
    ) : (
      `the address of ${event.source}`
    ),
  },
]

function Payload({ event }: { event: EventDetail }) {
  const { text, cut } = prettyPayload(event.payload, event.payload_bytes)
  const note = `${formatCount(event.payload_bytes)} bytes, ${event.content_type}${cut ? '; only its beginning is shown' : ''}`
  return <RawText title="Payload" note={note} text={text} raw={event.payload} />
}
