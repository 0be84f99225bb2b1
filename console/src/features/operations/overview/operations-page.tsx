/** What needs somebody now: alerts, sources, queues, retention, schedules; and how throughput was in the last hours. */
import { Grid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Page } from '~/ui/page.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Together } from '~/ui/together.tsx'
import { integrationHealthQuery, openAlertsQuery, workQuery } from '../queries.ts'
import { AlertsPanel } from './alerts-panel.tsx'
import { HealthPanel } from './health-panel.tsx'
import { NeedsTiles } from './needs-tiles.tsx'
import { RetentionPanel } from './retention-panel.tsx'
import { SchedulesPanel } from './schedules-panel.tsx'
import { ThroughputPanels } from './throughput-panels.tsx'
import { WorksPanel } from './works-panel.tsx'

const route = getRouteApi('/operations')
const liveMs = 10_000

/** `/operations`. */
export function OperationsPage() {
  const { work: chosen, span } = route.useSearch()
  const navigate = route.useNavigate()
  const work = useQuery(workQuery)
  const alerts = useQuery(openAlertsQuery(liveMs))
  const health = useQuery(integrationHealthQuery)
  return (
    <Page title="What needs you" lead="Alerts, sources, queues and schedules; renewed while you look.">
      <Together
        queries={[work, alerts, health]}
        skeleton={<PanelsSkeleton count={4} height={300} cols={{ base: 1, md: 2 }} />}
      >
        <Stack gap="md">
          <NeedsTiles alerts={alerts.data?.alerts} sources={health.data?.sources} work={work.data?.work} />
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <AlertsPanel query={alerts} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <HealthPanel query={health} />
            </Grid.Col>
          </Grid>
          <ThroughputPanels
            work={chosen}
            span={span}
            works={work.data?.work.map(({ name }) => name) ?? []}
            onChange={(change) => void navigate({ search: (now) => ({ ...now, ...change }), resetScroll: false })}
          />
          <WorksPanel query={work} />
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 7 }}>
              <RetentionPanel />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 5 }}>
              <SchedulesPanel />
            </Grid.Col>
          </Grid>
        </Stack>
      </Together>
    </Page>
  )
}
