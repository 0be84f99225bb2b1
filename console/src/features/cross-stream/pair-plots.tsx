/** Both series with the lag applied, and their changes against each other. */
import type { CrossStreamPairReply } from '#modules/delivery/correlation/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatDay, formatRatio, plural } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ScatterPlot, TrendPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { formatChange, laidTogether, measureTexts } from './in-words.ts'
import { type PairWeek, pairWeeks } from './pair-series.ts'

const plotHeight = 240
const shares = [0, 0.25, 0.5, 0.75, 1]

type Side = CrossStreamPairReply['relation']['a']
const titleOf = ({ name, measure }: Side) => `${name}: ${measureTexts[measure].title.toLowerCase()}`
const formatOf = ({ measure }: Side, value: number | null) =>
  value === null ? '–' : measureTexts[measure].format(value)

/** Each as a share of its highest week; the table has the values. */
export function SeriesPanel({ reply }: { reply: CrossStreamPairReply }) {
  const { a, b } = reply.relation
  const weeks = pairWeeks(reply)
  return (
    <PlotPanel
      title="Week by week"
      note={`Share of the highest week of each, ${laidTogether(reply.relation)}`}
      height={plotHeight}
      plot={
        <TrendPlot
          label="Both streams week by week"
          height={plotHeight}
          data={weeks}
          series={[
            { name: 'shareA', label: a.name },
            { name: 'shareB', label: b.name },
          ]}
          zones={[]}
          ticks={shares}
          format={formatRatio}
          formatX={(day) => formatDay(day)}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={340}
          caption="Both streams week by week"
          columns={columnsOf(a, b, (week) => [formatOf(a, week.a), formatOf(b, week.b)])}
          rows={weeks}
          rowKey={({ x }) => x}
        />
      }
    />
  )
}

/** A point a week: how much one side changed, and the other. */
export function ChangesPanel({ reply }: { reply: CrossStreamPairReply }) {
  const { a, b } = reply.relation
  const known = pairWeeks(reply).filter(({ changeA, changeB }) => changeA !== null && changeB !== null)
  return (
    <PlotPanel
      title="Change against change"
      note={`Across ${a.name}, up ${b.name}: ${plural(known.length, 'week')}, each against the one before`}
      height={plotHeight}
      plot={
        <ScatterPlot
          label="Changes of both streams"
          height={plotHeight}
          points={known.map(({ changeA, changeB }) => ({ x: changeA!, y: changeB! }))}
          x={{ label: titleOf(a), format: (change) => formatChange(a.measure, change) }}
          y={{ label: titleOf(b), format: (change) => formatChange(b.measure, change) }}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={340}
          caption="Changes of both streams"
          columns={columnsOf(a, b, (week) => [
            formatChange(a.measure, week.changeA),
            formatChange(b.measure, week.changeB),
          ])}
          rows={known}
          rowKey={({ x }) => x}
        />
      }
    />
  )
}

const columnsOf = (a: Side, b: Side, cells: (week: PairWeek) => [a: string, b: string]): Column<PairWeek>[] => [
  { id: 'week', header: `Week of ${a.name}`, cell: ({ x }) => <Day value={x} /> },
  { id: 'a', header: measureTexts[a.measure].title, align: 'right', cell: (week) => cells(week)[0] },
  { id: 'weekB', header: `Week of ${b.name}`, cell: ({ weekB }) => <Day value={weekB} /> },
  { id: 'b', header: measureTexts[b.measure].title, align: 'right', cell: (week) => cells(week)[1] },
]
