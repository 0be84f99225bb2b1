import { Stack } from '@mantine/core'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { cardColumns, cardHeight, traceabilityHeight, trendColumns, trendPanelHeight } from './layout.ts'

/** Cards and plots before they are there, in their final sizes. */
export const OverviewSkeleton = () => (
  <Stack gap="md">
    <PanelsSkeleton count={5} height={cardHeight} cols={cardColumns} />
    <PanelsSkeleton count={1} height={traceabilityHeight} cols={{ base: 1 }} />
    <PanelsSkeleton count={6} height={trendPanelHeight} cols={trendColumns} />
  </Stack>
)
