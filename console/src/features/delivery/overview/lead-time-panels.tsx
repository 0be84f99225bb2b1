/** What lead time is made of, and how its median and tail move. */
import { Grid } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DoraReply } from '#modules/delivery/dora/schemas.ts'
import type { Query } from '~/api/client.ts'
import { formatDay, formatDuration, formatRatio } from '~/ui/format.ts'
import { Loaded } from '~/ui/loaded.tsx'
import { PlotPanel } from '~/ui/plot-panel.tsx'
import { ticksOf } from '~/ui/plots/bands.ts'
import { StagesPlot, TrendPlot } from '~/ui/plots/index.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { leadTimeQuery } from '../queries.ts'
import { PercentileTrendTable, StagesTable } from './lead-time-tables.tsx'
import { type LeadTime, stageNames, stageTitles } from './stages.ts'

const height = 224

/** Stages and percentiles side by side. */
export function LeadTimePanels({ reply, query }: { reply: DoraReply; query: Query }) {
  const leadTime = useQuery(leadTimeQuery(query))
  return (
    <Loaded query={leadTime} skeleton={<PanelsSkeleton count={2} height={height + 94} cols={{ base: 1, md: 2 }} />}>
      {(data) => (
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Stages data={data} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Percentiles data={data} interval={reply.interval} />
          </Grid.Col>
        </Grid>
      )}
    </Loaded>
  )
}

function Stages({ data }: { data: LeadTime }) {
  const bars = (['p50', 'p75', 'p90'] as const).map((x) => ({
    x,
    ...Object.fromEntries(stageNames.map((stage) => [stage, data.stages[stage][x] ?? 0])),
  }))
  const known = stageNames.some((stage) => data.stages[stage].n > 0)
  return (
    <PlotPanel
      title="Lead-time stages"
      note={
        data.coverage === null
          ? 'each stage by itself'
          : `each stage by itself; changes known for ${formatRatio(data.coverage)} of deployments`
      }
      height={height}
      empty={known ? undefined : 'Stages need pull requests: connect GitHub'}
      plot={
        <StagesPlot
          label="Lead-time stages"
          height={height}
          data={bars}
          stages={stageNames.map((name) => ({ name, label: stageTitles[name] }))}
          format={formatDuration}
        />
      }
      table={<StagesTable data={data} />}
    />
  )
}

function Percentiles({ data, interval }: { data: LeadTime; interval: string }) {
  const ticks = ticksOf(Math.max(0, ...data.series.map(({ p50, p90 }) => Math.max(p50 ?? 0, p90 ?? 0))), 'seconds')
  return (
    <PlotPanel
      title="Lead time, median and tail"
      note={`p50 and p90 (dashed) per ${interval}`}
      height={height}
      empty={data.series.some(({ p50 }) => p50 !== null) ? undefined : 'No change with a known lead time yet'}
      plot={
        <TrendPlot
          label="Lead time, median and tail"
          height={height}
          data={data.series.map(({ from, p50, p90 }) => ({ x: from, p50, p90 }))}
          series={[
            { name: 'p50', label: 'Median (p50)' },
            { name: 'p90', label: 'Slowest tenth (p90)' },
          ]}
          zones={[]}
          ticks={ticks}
          format={formatDuration}
          formatX={(day) => formatDay(day)}
        />
      }
      table={<PercentileTrendTable data={data} />}
    />
  )
}
