/** Score and response rate over time; an interval in which no period ended is no point. */
import { SimpleGrid } from '@mantine/core'
import type { PulseReply } from '#modules/delivery/pulse/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatDay, formatRatio } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { TrendPlot } from '~/ui/plots/index.tsx'
import { Day } from '~/ui/time.tsx'
import { plotColumns, plotHeight } from './layout.ts'
import { formatScore } from './words.ts'

type Point = { x: string; score: number | null; rate: number | null; n: number; answers: number; teamSize: number }

const scoreTicks = [1, 2, 3, 4, 5]
const rateTicks = [0, 0.25, 0.5, 0.75, 1]

/** Two plots with their tables behind them. */
export function TrendPanels({ reply }: { reply: PulseReply }) {
  const points: Point[] = reply.series
    .filter(({ team_size: teamSize }) => teamSize > 0)
    .map(({ from, score, response_rate: rate, n, answers, team_size: teamSize }) => ({
      x: from,
      score,
      rate,
      n,
      answers,
      teamSize,
    }))
  const nothing = points.length === 0 ? 'No period ended in this window' : undefined
  const plotOf = (title: string, name: 'score' | 'rate', ticks: number[], format: (value: number) => string) => (
    <TrendPlot
      label={`${title} per ${reply.interval}`}
      height={plotHeight}
      data={points}
      series={[{ name, label: title }]}
      zones={[]}
      ticks={ticks}
      format={format}
      formatX={(day) => formatDay(day)}
    />
  )
  const tableOf = (title: string, columns: Column<Point>[]) => (
    <LazyDataTable
      bare
      minWidth={240}
      caption={`${title} per ${reply.interval}`}
      columns={columns}
      rows={points}
      rowKey={({ x }) => x}
    />
  )
  const tooFew = points.every(({ score }) => score === null)
    ? `No period with at least ${reply.least_answers} answers`
    : undefined
  return (
    <SimpleGrid cols={plotColumns}>
      <PlotPanel
        title="Score"
        note={`1 to 5, per ${reply.interval}`}
        height={plotHeight}
        empty={nothing ?? tooFew}
        plot={plotOf('Score', 'score', scoreTicks, formatScore)}
        table={tableOf('Score', scoreColumns)}
      />
      <PlotPanel
        title="Response rate"
        note={`of the team, per ${reply.interval}`}
        height={plotHeight}
        empty={nothing}
        plot={plotOf('Response rate', 'rate', rateTicks, formatRatio)}
        table={tableOf('Response rate', rateColumns)}
      />
    </SimpleGrid>
  )
}

const from: Column<Point> = { id: 'from', header: 'From', cell: ({ x }) => <Day value={x} /> }
const scoreColumns: Column<Point>[] = [
  from,
  { id: 'score', header: 'Score', align: 'right', cell: ({ score }) => formatScore(score) },
  { id: 'n', header: 'Answers', align: 'right', cell: ({ n }) => (n === 0 ? 'too few' : n) },
]
const rateColumns: Column<Point>[] = [
  from,
  { id: 'rate', header: 'Rate', align: 'right', cell: ({ rate }) => formatRatio(rate) },
  { id: 'n', header: 'Answered', align: 'right', cell: ({ answers, teamSize }) => `${answers} of ${teamSize}` },
]
