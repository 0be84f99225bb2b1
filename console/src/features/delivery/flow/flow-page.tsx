/** How work flows: what is in progress and how old it is, how much gets finished, and how long it takes. */
import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { flowIntervals } from '#modules/delivery/flow/schemas.ts'
import { Field } from '~/ui/field.tsx'
import { capitalize } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { preloadPlots } from '~/ui/plots/index.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { useTimeZone } from '~/ui/time.tsx'
import { Filters } from '../filters.tsx'
import { Freshness } from '../overview/freshness.tsx'
import { flowQuery } from '../queries.ts'
import { daysBetween, defaultInterval, resolveWindow } from '../window.ts'
import { AgingPanel } from './aging-panel.tsx'
import { CumulativePanel } from './cumulative-panel.tsx'
import { CyclePanel } from './cycle-panel.tsx'
import { FlowNotes } from './flow-notes.tsx'
import { FlowTiles } from './flow-tiles.tsx'
import { panelColumns, panelHeight, tileColumns, tileHeight } from './layout.ts'
import { ThroughputPanel } from './throughput-panel.tsx'

const route = getRouteApi('/flow')

/** `/flow`. */
export function FlowPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const window = resolveWindow(search, useTimeZone())
  const interval = search.interval ?? defaultInterval(daysBetween(window.from, window.to))
  const flow = useQuery(flowQuery({ ...window, interval }))
  useEffect(preloadPlots, [])
  const change = (next: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...next }) })
  return (
    <Page title="Flow" lead={<Freshness days={window} reply={flow.data} waiting={flow.isPending} />}>
      <Filters value={search} onChange={change}>
        <Field label="Points">
          <SegmentedControl
            aria-label="Points"
            data={flowIntervals.map((value) => ({ value, label: capitalize(value) }))}
            value={interval}
            onChange={(value) => change({ interval: value as typeof interval })}
          />
        </Field>
      </Filters>
      <Loaded query={flow} skeleton={<FlowSkeleton />}>
        {(reply) => (
          <Stack gap="md">
            <FlowTiles reply={reply} />
            <SimpleGrid cols={panelColumns}>
              <AgingPanel reply={reply} />
              <CyclePanel reply={reply} />
              <CumulativePanel reply={reply} />
              <ThroughputPanel reply={reply} />
            </SimpleGrid>
            <FlowNotes reply={reply} />
          </Stack>
        )}
      </Loaded>
    </Page>
  )
}

const FlowSkeleton = () => (
  <Stack gap="md">
    <PanelsSkeleton count={4} height={tileHeight} cols={tileColumns} />
    <PanelsSkeleton count={4} height={panelHeight} cols={panelColumns} />
  </Stack>
)
