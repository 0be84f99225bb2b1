/** One event in full, and everything else that happened to the same subject. */
import { Anchor, Grid, Stack, Text } from '@mantine/core'
import { IconShieldSearch } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Diff } from '~/ui/diff.tsx'
import { Facts } from '~/ui/facts.tsx'
import { TextLink } from '~/ui/link.tsx'
import { LoadMore } from '~/ui/load-more.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Moment } from '~/ui/time.tsx'
import { Timeline } from '~/ui/timeline.tsx'
import { actionInWords } from './in-words.ts'
import { type AuditEvent, auditQuery } from './queries.ts'

const route = getRouteApi('/audit/event')

/** `/audit/event`. */
export function AuditEventPage() {
  const { subject, seq } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useInfiniteQuery(auditQuery({ subject }))
  const events = query.data?.pages.flatMap((page) => page.events) ?? []
  const shown = events.find((event) => event.seq === seq) ?? events[0]
  return (
    <Page
      title={shown ? actionInWords(shown.action) : 'Audit event'}
      lead={
        <Text span inherit ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
          {subject}
        </Text>
      }
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={340} cols={{ base: 1, lg: 2 }} />}>
        {() =>
          shown ? (
            <Grid gap="md">
              <Grid.Col span={{ base: 12, lg: 7 }}>
                <Stack gap="md">
                  <Panel title="What happened">
                    <Facts rows={factsOf(shown)} />
                  </Panel>
                  <Panel title="What it changed" note={noteOf(shown)}>
                    <Diff before={shown.delta.before} after={shown.delta.after} />
                  </Panel>
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 5 }}>
                <Panel title="History of the subject" note="Newest first">
                  <Timeline
                    happenings={events.map((event) => ({
                      key: String(event.id),
                      what: actionInWords(event.action),
                      at: event.created_at,
                      tone: event.id === shown.id ? ('info' as const) : ('plain' as const),
                      detail:
                        event.id === shown.id ? (
                          <>by {event.actor.name}, shown here</>
                        ) : (
                          <>
                            by {event.actor.name}{' '}
                            <Anchor
                              component="button"
                              type="button"
                              inherit
                              underline="always"
                              aria-label={`Show event ${event.seq}, ${actionInWords(event.action)}`}
                              onClick={() => void navigate({ search: { subject, seq: event.seq }, resetScroll: false })}
                            >
                              Show
                            </Anchor>
                          </>
                        ),
                    }))}
                  />
                  {query.hasNextPage ? <LoadMore shown={events.length} noun="events" query={query} /> : null}
                </Panel>
              </Grid.Col>
            </Grid>
          ) : (
            <EmptyState icon={IconShieldSearch} title="Nothing is known of this subject">
              It may be older than what is kept here.
            </EmptyState>
          )
        }
      </Loaded>
    </Page>
  )
}

function noteOf({ delta: { before, after } }: AuditEvent): string {
  if (before === undefined && after === undefined) return 'Nothing was kept beside the event itself'
  if (before === undefined || before === null) return 'It is new'
  return after === undefined || after === null ? 'It is gone' : 'What it was, and what it is'
}

const factsOf = (event: AuditEvent) => [
  {
    name: 'By',
    value: (
      <>
        <TextLink to="/audit" search={{ actor: event.actor.id }} underline="always">
          {event.actor.name}
        </TextLink>{' '}
        <Text span inherit c="dimmed">
          {event.actor.type}
        </Text>
      </>
    ),
  },
  { name: 'When', value: <Moment value={event.created_at} absolute /> },
  {
    name: 'Action',
    value: (
      <TextLink to="/audit" search={{ action: event.action }} ff="monospace" fz="sm">
        {event.action}
      </TextLink>
    ),
  },
  { name: 'Request', value: <Mono text={event.request_id ?? '–'} /> },
  { name: 'Place in the chain', value: event.seq },
  { name: 'Hash', value: <Mono text={event.hash} /> },
]

const Mono = ({ text }: { text: string }) => (
  <Text span inherit ff="monospace" fz="sm">
    {text}
  </Text>
)
