/** How often it came out so: bars, and the same as a table. */
import { Box } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Column } from '~/ui/data-table.tsx'
import { formatRatio } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { BarsPlot } from '~/ui/plots/index.tsx'
import { figuresHeight, plotHeight } from './layout.ts'

type Bar = { readonly from: string; readonly to: string; readonly share: number; readonly sum: number }

type DistributionProps = {
  title: string
  note: ReactNode
  figures: ReactNode
  /** Ascending; `sum` of a bar is the share up to it or from it on, as `sumTitle` says. */
  bars: readonly Bar[]
  sumTitle: string
  marks: readonly { x: string; label: string }[]
  format: (x: string) => string
  empty?: string | undefined
}

const rangeOf = ({ from, to }: Bar, format: (x: string) => string) =>
  from === to ? format(from) : `${format(from)} – ${format(to)}`

/** The panel of one answer. */
export function Distribution({ title, note, figures, bars, sumTitle, marks, format, empty }: DistributionProps) {
  const columns: Column<Bar>[] = [
    { id: 'range', header: 'Outcome', cell: (bar) => rangeOf(bar, format) },
    { id: 'share', header: 'Share', align: 'right', cell: ({ share }) => formatRatio(share) },
    { id: 'sum', header: sumTitle, align: 'right', cell: ({ sum }) => formatRatio(sum) },
  ]
  const plot = (
    <BarsPlot
      label={title}
      height={plotHeight}
      data={bars.map(({ from, share }) => ({ x: from, share }))}
      series={[{ name: 'share', label: 'Share' }]}
      marks={marks}
      format={formatRatio}
      formatX={format}
    />
  )
  return (
    <PlotPanel
      title={title}
      note={note}
      height={figuresHeight + plotHeight + 12}
      empty={empty}
      plot={
        <Box>
          {figures}
          {plot}
        </Box>
      }
      table={
        <LazyDataTable bare minWidth={300} caption={title} columns={columns} rows={bars} rowKey={({ from }) => from} />
      }
    />
  )
}

/** Bars with the share that is reached: up to each, or from each on. */
export function summed<B extends { share: number }>(bars: readonly B[], fromTheEnd: boolean): (B & { sum: number })[] {
  let sum = 0
  const walked = (fromTheEnd ? bars.toReversed() : bars).map((bar) => {
    sum += bar.share
    return { ...bar, sum }
  })
  return fromTheEnd ? walked.reverse() : walked
}
