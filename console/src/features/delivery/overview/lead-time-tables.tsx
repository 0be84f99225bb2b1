/** The tables behind the lead-time plots. */
import type { Column } from '~/ui/data-table.tsx'
import { formatCount, formatDuration } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { Day } from '~/ui/time.tsx'
import { type LeadTime, stageNames, stageTitles } from './stages.ts'

type StageRow = { name: string } & LeadTime['total']
type SeriesRow = LeadTime['series'][number]

const percentileColumns = <Row extends { p50: number | null; p90: number | null; n: number }>(): Column<Row>[] => [
  { id: 'p50', header: 'p50', align: 'right', cell: ({ p50 }) => formatDuration(p50) },
  { id: 'p90', header: 'p90', align: 'right', cell: ({ p90 }) => formatDuration(p90) },
  { id: 'n', header: 'Changes', align: 'right', cell: ({ n }) => formatCount(n) },
]
const [p50, p90, n] = percentileColumns<StageRow>()
const stageColumns: Column<StageRow>[] = [
  { id: 'name', header: 'Stage', cell: ({ name }) => name },
  p50!,
  { id: 'p75', header: 'p75', align: 'right', cell: ({ p75 }) => formatDuration(p75) },
  p90!,
  n!,
]
const seriesColumns: Column<SeriesRow>[] = [
  { id: 'from', header: 'From', cell: ({ from }) => <Day value={from} /> },
  ...percentileColumns<SeriesRow>(),
]

/** Stages and total, with all three percentiles. */
export function StagesTable({ data }: { data: LeadTime }) {
  const rows = [
    ...stageNames.map((stage) => ({ name: stageTitles[stage], ...data.stages[stage] })),
    { name: 'Total', ...data.total },
  ]
  return (
    <LazyDataTable
      bare
      minWidth={320}
      caption="Lead-time stages"
      columns={stageColumns}
      rows={rows}
      rowKey={(row) => row.name}
    />
  )
}

/** p50 and p90 per interval. */
export const PercentileTrendTable = ({ data }: { data: LeadTime }) => (
  <LazyDataTable
    bare
    minWidth={320}
    caption="Lead time, median and tail"
    columns={seriesColumns}
    rows={data.series}
    rowKey={({ from }) => from}
  />
)
