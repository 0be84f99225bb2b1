/** One row of any work: where it stands, the whole error, what it carries. */
import { Grid, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { prettyPayload } from '~/features/queue/pretty-payload.ts'
import { Facts } from '~/ui/facts.tsx'
import { formatCount, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { RawText } from '~/ui/raw-text.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { type WorkRow, workRowQuery } from '../queries.ts'
import { RequeueButton } from './requeue-button.tsx'

const route = getRouteApi('/dead-letters/$work/$id')

/** `/dead-letters/$work/$id`. */
export function WorkRowPage() {
  const { work, id } = route.useParams()
  const query = useQuery(workRowQuery(work, id))
  const row = query.data
  return (
    <Page
      title={row?.summary || `${work} ${id}`}
      back={
        <TextLink to="/dead-letters" search={{ work }}>
          Dead letters of {work}
        </TextLink>
      }
      lead={
        row ? (
          <Group gap="xs">
            <Tag tone={row.status === 'dead_lettered' ? 'bad' : row.status === 'completed' ? 'good' : 'info'}>
              {row.status === 'dead_lettered' ? 'dead letter' : row.status}
            </Tag>
            <Moment value={row.finished_at ?? row.due_at} absolute />
          </Group>
        ) : (
          ' '
        )
      }
      actions={row?.status === 'dead_lettered' ? <RequeueButton work={work} id={row.id} /> : null}
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={320} cols={{ base: 1, lg: 2 }} />}>
        {(loaded) => (
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <Panel title="Processing">
                <Facts rows={factsOf(loaded)} />
              </Panel>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <Stack gap="md">
                {loaded.last_error ? <RawText title="Error" text={loaded.last_error} raw={loaded.last_error} /> : null}
                <Carried row={loaded} />
              </Stack>
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </Page>
  )
}

const factsOf = (row: WorkRow) => [
  { name: 'Work', value: row.work },
  { name: 'Row', value: row.id },
  { name: 'Outcome', value: row.outcome ? humanize(row.outcome) : '–' },
  { name: 'Attempts', value: `${row.attempts} of ${row.max_attempts}` },
  { name: 'Requeued', value: row.requeued_count === 0 ? 'never' : `${row.requeued_count} ×` },
  { name: 'Due', value: <Moment value={row.due_at} absolute /> },
  { name: 'Finished', value: <Moment value={row.finished_at} absolute /> },
  ...(row.error_class ? [{ name: 'Kind of error', value: humanize(row.error_class) }] : []),
]

function Carried({ row: { payload } }: { row: WorkRow }) {
  if (payload === null)
    return (
      <Panel title="What it carries">
        <Text c="dimmed">Nothing but its own columns.</Text>
      </Panel>
    )
  const bytes = new TextEncoder().encode(payload).length
  return (
    <RawText
      title="What it carries"
      note={`${formatCount(bytes)} bytes`}
      text={prettyPayload(payload, bytes).text}
      raw={payload}
    />
  )
}
