/** Plots, loaded when first shown: the charting library is as large as all else together. */
import { Skeleton } from '@mantine/core'
import { type ComponentType, lazy, Suspense } from 'react'

const loadTrend = async () => (await import('./trend.tsx')).Trend
const loadStages = async () => (await import('./stages.tsx')).Stages
const loadBars = async () => (await import('./bars.tsx')).Bars

/** Fetches the plots' scripts while the figures they show are on their way. */
export function preloadPlots(): void {
  for (const load of [loadTrend, loadStages, loadBars]) void load()
}

/** A plot that is loaded when first shown, and as high as it will be until then. */
function plot<P extends { height: number }>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const Plot: ComponentType<P> = lazy(async () => ({ default: await load() }))
  return (props) => (
    <Suspense fallback={<Skeleton height={props.height} />}>
      <Plot {...props} />
    </Suspense>
  )
}

/** A line over time with benchmark zones behind it. */
export const TrendPlot = plot(loadTrend)

/** Bars over days, ranges or things, one or some of each side by side, with lines to read off. */
export const BarsPlot = plot(loadBars)

/** Stacked areas over time. */
export const LayersPlot = plot(async () => (await import('./layers.tsx')).Layers)

/** A dot a thing, with percentile lines. */
export const DotsPlot = plot(async () => (await import('./dots.tsx')).Dots)

/** Parts of a whole, one bar a percentile. */
export const StagesPlot = plot(loadStages)

/** One measure against another. */
export const ScatterPlot = plot(async () => (await import('./scatter.tsx')).Scatter)
