/** The five DORA metrics: where delivery stands, where it goes, and what lies behind each number. */
import { SegmentedControl, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { intervals } from '#modules/delivery/dora/schemas.ts'
import { Field } from '~/ui/field.tsx'
import { capitalize } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { Filters } from '../filters.tsx'
import { bandsQuery, doraQuery, streamsQuery } from '../queries.ts'
import { daysBetween, defaultInterval, resolveWindow } from '../window.ts'
import { FirstRun } from './first-run.tsx'
import { Freshness } from './freshness.tsx'
import { LeadTimePanels } from './lead-time-panels.tsx'
import { MetricCards } from './metric-cards.tsx'
import { OverviewSkeleton } from './overview-skeleton.tsx'
import { StreamsPanel } from './streams-panel.tsx'
import { TrendPanels } from './trend-panels.tsx'

const route = getRouteApi('/delivery')

/** `/delivery`. */
export function OverviewPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const window = resolveWindow(search, useTimeZone())
  const interval = search.interval ?? defaultInterval(daysBetween(window.from, window.to))
  const dora = useQuery(doraQuery({ ...window, interval }))
  const bands = useQuery(bandsQuery)
  const streams = useQuery(streamsQuery)
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })

  const isNew =
    dora.data?.series.every((point) => point.deployments === 0) === true &&
    streams.data?.streams.length === 0 &&
    streams.data.unassigned_repositories.length === 0
  if (isNew) return <FirstRun />
  return (
    <Page title="Delivery" lead={<Freshness reply={dora.data} waiting={dora.isPending} />}>
      <Filters value={search} onChange={change}>
        <Field label="Points">
          <SegmentedControl
            aria-label="Points"
            data={intervals.map((value) => ({ value, label: capitalize(value) }))}
            value={interval}
            onChange={(value) => change({ interval: value as typeof interval })}
          />
        </Field>
      </Filters>
      <Loaded query={dora} skeleton={<OverviewSkeleton />}>
        {(reply) => (
          <Stack gap="md">
            <MetricCards reply={reply} bands={bands.data} search={search} />
            <TrendPanels reply={reply} bands={bands.data} />
            <LeadTimePanels reply={reply} query={{ ...window, interval }} />
            <StreamsPanel query={{ from: window.from, to: window.to }} selected={search.stream ?? search.tech_stream} />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
