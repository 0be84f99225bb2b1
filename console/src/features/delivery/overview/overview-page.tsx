/** The five DORA metrics: where delivery stands, where it goes, and what lies behind each number. */
import { SegmentedControl, Stack } from '@mantine/core'
import { usePrefetchQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { intervals } from '#modules/delivery/dora/schemas.ts'
import { Field } from '~/ui/field.tsx'
import { capitalize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { preloadPlots } from '~/ui/plots/index.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { AsOfBanner } from '../as-of-banner.tsx'
import { Filters } from '../filters.tsx'
import { bandsQuery, doraQuery, doraStreamsQuery, leadTimeQuery, streamsQuery } from '../queries.ts'
import { daysBetween, defaultInterval, resolveWindow } from '../window.ts'
import { FirstRun } from './first-run.tsx'
import { Freshness } from './freshness.tsx'
import { LeadTimePanels } from './lead-time-panels.tsx'
import { MetricCards } from './metric-cards.tsx'
import { OverviewSkeleton } from './overview-skeleton.tsx'
import { StreamsPanel } from './streams-panel.tsx'
import { Traceability } from './traceability.tsx'
import { TrendPanels } from './trend-panels.tsx'

const route = getRouteApi('/delivery')

/** `/delivery`. */
export function OverviewPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const timeZone = useTimeZone()
  const { as_of } = search
  const window = { ...resolveWindow(search, timeZone), as_of }
  const interval = search.interval ?? defaultInterval(daysBetween(window.from, window.to))
  const dora = useQuery(doraQuery({ ...window, interval }))
  const bands = useQuery(bandsQuery)
  const streams = useQuery(streamsQuery)
  // What the panels below ask, asked with the rest instead of after it; the plots' script likewise.
  usePrefetchQuery(leadTimeQuery({ ...window, interval }))
  usePrefetchQuery(doraStreamsQuery({ from: window.from, to: window.to, as_of }))
  useEffect(preloadPlots, [])
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })

  const isNew =
    dora.data?.series.every((point) => point.deployments === 0) === true &&
    streams.data?.streams.length === 0 &&
    streams.data.unassigned_repositories.length === 0
  if (isNew) return <FirstRun />
  return (
    <Page title="Delivery" lead={<Freshness days={window} reply={dora.data} waiting={dora.isPending} />}>
      {as_of === undefined ? null : (
        <AsOfBanner
          asOf={as_of}
          back={
            <TextLink to="/delivery" search={{ ...search, as_of: undefined }}>
              back to now
            </TextLink>
          }
        />
      )}
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
            <Traceability traceability={reply.traceability} search={search} />
            <TrendPanels reply={reply} bands={bands.data} />
            <LeadTimePanels reply={reply} query={{ ...window, interval }} />
            <StreamsPanel
              query={{ from: window.from, to: window.to, as_of }}
              selected={search.stream ?? search.tech_stream}
            />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}
