import { Stack } from '@mantine/core'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { figuresHeight, plotHeight, warningsHeight } from './layout.ts'

const two = { base: 1, md: 2 }

/** Answers, history and calibration before they are there. */
export const ForecastsSkeleton = () => (
  <Stack gap="md">
    <PanelsSkeleton count={1} height={warningsHeight} cols={{ base: 1 }} />
    <PanelsSkeleton count={2} height={figuresHeight + plotHeight + 94} cols={two} />
    <PanelsSkeleton count={2} height={plotHeight + 94} cols={two} />
    <PanelsSkeleton count={1} height={240} cols={{ base: 1 }} />
  </Stack>
)
