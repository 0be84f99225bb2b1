/** Plots, loaded when first shown: the charting library is as large as all else together. */
import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'

const Trend = lazy(() => import('./trend.tsx').then((module) => ({ default: module.Trend })))
const Histogram = lazy(() => import('./histogram.tsx').then((module) => ({ default: module.Histogram })))
const Stages = lazy(() => import('./stages.tsx').then((module) => ({ default: module.Stages })))

/** A line over time with benchmark zones behind it. */
export const TrendPlot = (props: ComponentProps<typeof Trend>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Trend {...props} />
  </Suspense>
)

/** Counts per range. */
export const HistogramPlot = (props: ComponentProps<typeof Histogram>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Histogram {...props} />
  </Suspense>
)

/** Parts of a whole, one bar a percentile. */
export const StagesPlot = (props: ComponentProps<typeof Stages>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Stages {...props} />
  </Suspense>
)
