/** Plots, loaded when first shown: the charting library is as large as all else together. */
import { Skeleton } from '@mantine/core'
import { type ComponentProps, lazy, Suspense } from 'react'

const loadTrend = () => import('./trend.tsx')
const loadHistogram = () => import('./histogram.tsx')
const loadStages = () => import('./stages.tsx')
const loadBars = () => import('./bars.tsx')
const loadLayers = () => import('./layers.tsx')
const loadDots = () => import('./dots.tsx')
const loadScatter = () => import('./scatter.tsx')
const loadGrouped = () => import('./grouped.tsx')
const Layers = lazy(() => loadLayers().then((module) => ({ default: module.Layers })))
const Dots = lazy(() => loadDots().then((module) => ({ default: module.Dots })))
const Bars = lazy(() => loadBars().then((module) => ({ default: module.Bars })))
const Grouped = lazy(() => loadGrouped().then((module) => ({ default: module.Grouped })))
const Trend = lazy(() => loadTrend().then((module) => ({ default: module.Trend })))
const Histogram = lazy(() => loadHistogram().then((module) => ({ default: module.Histogram })))
const Scatter = lazy(() => loadScatter().then((module) => ({ default: module.Scatter })))
const Stages = lazy(() => loadStages().then((module) => ({ default: module.Stages })))

/** Fetches the plots' scripts while the figures they show are on their way. */
export function preloadPlots(): void {
  for (const load of [loadTrend, loadHistogram, loadStages, loadBars]) void load()
}

/** A line over time with benchmark zones behind it. */
export const TrendPlot = (props: ComponentProps<typeof Trend>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Trend {...props} />
  </Suspense>
)

/** Bars over days or counts, with lines to read off. */
export const BarsPlot = (props: ComponentProps<typeof Bars>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Bars {...props} />
  </Suspense>
)

/** Stacked areas over time. */
export const LayersPlot = (props: ComponentProps<typeof Layers>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Layers {...props} />
  </Suspense>
)

/** Two bars side by side for each of some things. */
export const GroupedPlot = (props: ComponentProps<typeof Grouped>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Grouped {...props} />
  </Suspense>
)

/** A dot a thing, with percentile lines. */
export const DotsPlot = (props: ComponentProps<typeof Dots>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Dots {...props} />
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

/** One measure against another. */
export const ScatterPlot = (props: ComponentProps<typeof Scatter>) => (
  <Suspense fallback={<Skeleton height={props.height} />}>
    <Scatter {...props} />
  </Suspense>
)
