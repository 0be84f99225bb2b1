/** One sprint: what was committed, what became of it, why we say so, and how that was known before. */
import { Alert, Group, SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { SprintReply } from '#modules/delivery/sprints/schemas.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { Facts } from '~/ui/facts.tsx'
import { formatRatio } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Moment } from '~/ui/time.tsx'
import { sprintQuery } from '../queries.ts'
import { BurnUpPanel } from './burn-up-panel.tsx'
import { ItemPanels } from './item-panels.tsx'
import { panelHeight } from './layout.ts'
import { SprintTags } from './sprint-tags.tsx'
import { formatAmount, nameOf, type Unit, unitOf } from './unit.ts'

const route = getRouteApi('/sprints/$id')

/** `/sprints/$id`. */
export function SprintPage() {
  const { id } = route.useParams()
  const search = route.useSearch()
  const query = useQuery(sprintQuery(id, search))
  return (
    <Page
      title={query.data ? nameOf(query.data) : `Sprint ${id}`}
      back={
        <TextLink to="/sprints" search={{ stream: search.stream, tech_stream: search.tech_stream }}>
          Sprints
        </TextLink>
      }
      lead={query.data ? <Lead sprint={query.data} /> : ' '}
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={4} height={panelHeight} cols={{ base: 1, lg: 2 }} />}>
        {(sprint) => {
          const unit = unitOf([sprint.figures])
          return (
            <Stack gap="md">
              {sprint.newest ? null : (
                <Alert color="yellow" variant="light">
                  This is an older revision, as it was known once.{' '}
                  <TextLink
                    to="/sprints/$id"
                    params={{ id }}
                    search={{ stream: search.stream, tech_stream: search.tech_stream }}
                  >
                    Back to the newest
                  </TextLink>
                </Alert>
              )}
              <SimpleGrid cols={{ base: 1, lg: 2 }}>
                <Panel title="Figures" note={`in ${unit}; ${sprint.definition}`}>
                  <Facts rows={factsOf(sprint, unit)} />
                </Panel>
                <BurnUpPanel sprint={sprint} unit={unit} />
              </SimpleGrid>
              <ItemPanels sprint={sprint} />
              <Panel
                title="Revisions"
                note="Each snapshot as it was taken; a fact of before that came late made the next"
              >
                <DataTable
                  bare
                  minWidth={280}
                  caption="Revisions"
                  columns={revisionColumns(id, search)}
                  rows={sprint.revisions}
                  rowKey={({ kind, revision }) => `${kind} ${revision}`}
                />
              </Panel>
            </Stack>
          )
        }}
      </Loaded>
    </Page>
  )
}

const Lead = ({ sprint }: { sprint: SprintReply }) => (
  <Group gap="xs" component="span">
    <span>
      <Moment value={sprint.started_at} absolute /> –{' '}
      {sprint.closed_at === null ? 'running' : <Moment value={sprint.closed_at} absolute />}
    </span>
    <SprintTags sprint={sprint} />
  </Group>
)

const factsOf = ({ figures, board, closed_at, as_of }: SprintReply, unit: Unit) => [
  { name: 'Committed', value: formatAmount(figures.committed, unit) },
  { name: closed_at === null ? 'Done so far' : 'Completed', value: formatAmount(figures.completed, unit) },
  { name: closed_at === null ? 'Not done yet' : 'Not completed', value: formatAmount(figures.not_completed, unit) },
  { name: 'Say-do', value: formatRatio(figures.say_do[unit]) },
  { name: 'Added', value: formatAmount(figures.added, unit) },
  { name: 'Removed', value: formatAmount(figures.removed, unit) },
  { name: 'Without points', value: figures.without_points },
  { name: 'Board', value: board },
  { name: 'Known as of', value: <Moment value={as_of} /> },
]

type Revision = SprintReply['revisions'][number]
type Search = ReturnType<typeof route.useSearch>

const revisionColumns = (id: string, search: Search): Column<Revision>[] => [
  {
    id: 'revision',
    header: 'Snapshot',
    cell: ({ kind, revision }) => (
      <TextLink
        to="/sprints/$id"
        params={{ id }}
        search={{ ...search, [kind === 'start' ? 'start_revision' : 'close_revision']: String(revision) }}
      >
        {kind === 'start' ? 'Start' : 'Close'}, revision {revision}
      </TextLink>
    ),
  },
  { id: 'for', header: 'Shows', phone: false, cell: ({ taken_for: at }) => <Moment value={at} absolute /> },
  { id: 'at', header: 'Taken', cell: ({ taken_at: at }) => <Moment value={at} /> },
  { id: 'items', header: 'Items', align: 'right', cell: ({ items }) => items },
  { id: 'points', header: 'Points', align: 'right', phone: false, cell: ({ points }) => points ?? '–' },
  {
    id: 'completed',
    header: 'Completed',
    align: 'right',
    phone: false,
    cell: ({ completed_points, completed_items }) => completed_points ?? completed_items ?? '–',
  },
]
