/** How much waits and how much gets done, over the last hours, of one work or all. */
import { Group, NativeSelect, SegmentedControl, SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Column } from '~/ui/data-table.tsx'
import { Field } from '~/ui/field.tsx'
import { formatClock, shortNumber } from '~/ui/format.ts'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ticksOf } from '~/ui/plots/bands.ts'
import { TrendPlot } from '~/ui/plots/index.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Moment, useTimeZone } from '~/ui/time.tsx'
import { workHistoryQuery } from '../queries.ts'
import { type ThroughputPoint, throughputPoints } from './throughput.ts'

const spans = { '3h': { minutes: 180, binMinutes: 1 }, '24h': { minutes: 1440, binMinutes: 5 } } as const
type Span = keyof typeof spans
const height = 208
const columns = { base: 1, lg: 2 }

type ThroughputProps = {
  work: string | undefined
  span: Span | undefined
  /** Names to choose from. */
  works: readonly string[]
  onChange: (change: { work?: string | undefined; span?: Span | undefined }) => void
}

/** Two plots with what they show above them. */
export function ThroughputPanels({ work, span = '3h', works, onChange }: ThroughputProps) {
  const { minutes, binMinutes } = spans[span]
  const history = useQuery(workHistoryQuery(minutes))
  const options = [...new Set([...works, ...(history.data?.points.map((point) => point.work) ?? []), work ?? ''])]
  return (
    <Stack gap="md" component="section" aria-label="Throughput">
      <Group gap="md" align="flex-end" role="search" aria-label="What the plots show">
        <NativeSelect
          label="Work"
          w={{ base: '100%', xs: 260 }}
          value={work ?? ''}
          onChange={(event) => onChange({ work: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: 'All work' },
            ...options.filter((name) => name !== '').map((name) => ({ value: name, label: name })),
          ]}
        />
        <Field label="Span">
          <SegmentedControl
            aria-label="Span"
            data={[
              { value: '3h', label: '3 hours' },
              { value: '24h', label: '24 hours' },
            ]}
            value={span}
            onChange={(value) => onChange({ span: value === '3h' ? undefined : (value as Span) })}
          />
        </Field>
      </Group>
      <Loaded query={history} skeleton={<PanelsSkeleton count={2} height={300} cols={columns} />}>
        {({ points }) => {
          const shown = throughputPoints(points, { work, minutes, binMinutes, nowMs: Date.now() })
          return (
            <SimpleGrid cols={columns}>
              <CountPanel
                title="Waiting"
                note={
                  binMinutes === 1 ? 'Rows that are due, each minute' : 'Rows that are due, the most in five minutes'
                }
                points={shown}
                series={[
                  { name: 'due', label: 'Due' },
                  { name: 'dead', label: 'Dead letters', bad: true },
                ]}
              />
              <CountPanel
                title="Done"
                note={binMinutes === 1 ? 'Rows a minute' : 'Rows a minute, the mean of five'}
                points={shown}
                series={[
                  { name: 'completed', label: 'Completed' },
                  { name: 'failed', label: 'Failed', bad: true },
                ]}
              />
            </SimpleGrid>
          )
        }}
      </Loaded>
    </Stack>
  )
}

type CountName = Exclude<keyof ThroughputPoint, 'x'>
type CountPanelProps = {
  title: string
  note: string
  points: readonly ThroughputPoint[]
  series: readonly { name: CountName; label: string; bad?: boolean }[]
}

function CountPanel({ title, note, points, series }: CountPanelProps) {
  const timeZone = useTimeZone()
  const known = points.filter((point) => point[series[0]!.name] !== null)
  const top = Math.max(0, ...points.flatMap((point) => series.map(({ name }) => point[name] ?? 0)))
  const tableColumns: Column<ThroughputPoint>[] = [
    { id: 'at', header: 'At', cell: ({ x }) => <Moment value={x} absolute /> },
    ...series.map(({ name, label }) => ({
      id: name,
      header: label,
      align: 'right' as const,
      cell: (point: ThroughputPoint) => shortNumber(point[name] ?? 0),
    })),
  ]
  return (
    <PlotPanel
      title={title}
      note={note}
      height={height}
      empty={known.length > 0 ? undefined : 'Nothing was recorded yet; a worker writes one point a minute'}
      plot={
        <TrendPlot
          label={title}
          height={height}
          data={points}
          series={series}
          zones={[]}
          ticks={ticksOf(top, 'count')}
          format={shortNumber}
          formatX={(at) => formatClock(at, timeZone)}
        />
      }
      table={
        <LazyDataTable
          bare
          minWidth={240}
          caption={`${title}, newest first`}
          columns={tableColumns}
          rows={known.toReversed().slice(0, 60)}
          rowKey={({ x }) => x}
        />
      }
    />
  )
}
