/** Sprints: what was committed, what was completed, and those that run. */
import { Stack, Text } from '@mantine/core'
import { IconRun } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { VelocityReply } from '#modules/delivery/sprints/schemas.ts'
import { DataTable } from '~/ui/data-table.tsx'
import { plural } from '~/ui/format.ts'
import { ButtonLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { preloadPlots } from '~/ui/plots/index.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { Filters } from '../filters.tsx'
import { Freshness } from '../overview/freshness.tsx'
import { velocityQuery } from '../queries.ts'
import type { WindowSearch } from '../search.ts'
import { resolveWindow } from '../window.ts'
import { panelHeight, tileColumns, tileHeight } from './layout.ts'
import { sprintColumns } from './sprint-columns.tsx'
import { SprintTiles } from './sprint-tiles.tsx'
import { unitOfReply } from './unit.ts'
import { VelocityPanel } from './velocity-panel.tsx'

const route = getRouteApi('/sprints')

/** `/sprints`. */
export function SprintsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const window = resolveWindow(search, useTimeZone())
  const velocity = useQuery(velocityQuery(window))
  useEffect(preloadPlots, [])
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  return (
    <Page title="Sprints" lead={<Freshness days={window} reply={velocity.data} waiting={velocity.isPending} />}>
      <Filters value={search} onChange={change} />
      <Loaded query={velocity} skeleton={<SprintsSkeleton />}>
        {(reply) => <Sprints reply={reply} scope={search} />}
      </Loaded>
    </Page>
  )
}

function Sprints({ reply, scope }: { reply: VelocityReply; scope: WindowSearch }) {
  const { sprints, open, total } = reply
  const unit = unitOfReply(reply)
  if (sprints.length === 0 && open.sprints.length === 0)
    return (
      <EmptyState
        icon={IconRun}
        title="No sprint in this window"
        actions={
          <ButtonLink to="/connect" variant="default">
            Connect Jira
          </ButtonLink>
        }
      >
        Sprints come from Jira: a webhook tells when one starts and closes.
      </EmptyState>
    )
  return (
    <Stack gap="md">
      <SprintTiles reply={reply} />
      <VelocityPanel reply={reply} />
      {open.sprints.length > 0 ? (
        <Panel title="Running" note={`${plural(open.total, 'sprint')}, by what is known now`}>
          <DataTable
            bare
            minWidth={280}
            caption="Running sprints"
            columns={sprintColumns(unit, scope, true)}
            rows={open.sprints}
            rowKey={({ sprint }) => String(sprint)}
          />
        </Panel>
      ) : null}
      <Panel
        title="Closed"
        note={
          total > sprints.length ? `the last ${sprints.length} of ${plural(total, 'sprint')}` : plural(total, 'sprint')
        }
      >
        {sprints.length === 0 ? (
          <Text c="dimmed">None closed in this window.</Text>
        ) : (
          <DataTable
            bare
            minWidth={280}
            caption="Closed sprints"
            columns={sprintColumns(unit, scope, false)}
            rows={sprints}
            rowKey={({ sprint }) => String(sprint)}
          />
        )}
      </Panel>
      <Text size="sm" c="dimmed">
        {reply.summary} Definition {reply.definition}.
      </Text>
    </Stack>
  )
}

const SprintsSkeleton = () => (
  <Stack gap="md">
    <PanelsSkeleton count={4} height={tileHeight} cols={tileColumns} />
    <PanelsSkeleton count={2} height={panelHeight} cols={{ base: 1 }} />
  </Stack>
)
