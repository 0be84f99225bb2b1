/** Every stream beside the others: the five metrics with their levels. */
import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type MetricName, metricNames, type OverviewReply } from '#modules/delivery/dora/schemas.ts'
import type { Query } from '~/api/client.ts'
import type { Column } from '~/ui/data-table.tsx'
import { LazyDataTable } from '~/ui/lazy-table.tsx'
import { LevelBars } from '~/ui/level-badge.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Panel } from '~/ui/panel.tsx'
import { TableSkeleton } from '~/ui/skeletons.tsx'
import { Tag } from '~/ui/tag.tsx'
import { formatValue, metricTexts, unitOf } from '../metric-texts.ts'
import { doraStreamsQuery } from '../queries.ts'

type StreamMetrics = OverviewReply['streams'][number]

const columns: Column<StreamMetrics>[] = [
  {
    id: 'name',
    header: 'Stream',
    sortBy: ({ name }) => name,
    cell: ({ stream, kind, name }) => (
      <Group gap="xs" wrap="nowrap">
        <TextLink to="/delivery" search={(now) => ({ ...now, ...scopeOf(kind, stream) })}>
          {name}
        </TextLink>
        {kind === 'tech' ? <Tag>tech</Tag> : null}
      </Group>
    ),
  },
  ...metricNames.map(
    (name): Column<StreamMetrics> => ({
      id: name,
      header: metricTexts[name].title,
      align: 'right',
      sortBy: ({ metrics }) => metrics[name]?.value ?? null,
      cell: (row) => <Figure row={row} name={name} />,
    }),
  ),
]

function Figure({ row, name }: { row: StreamMetrics; name: MetricName }) {
  const metric = row.metrics[name]
  if (!metric || metric.value === null)
    return (
      <Text span inherit c="dimmed" title="Insufficient data">
        –
      </Text>
    )
  const unit = unitOf[name] === 'deployment_days_per_week' ? ' /wk' : ''
  return (
    <Group gap={8} wrap="nowrap" justify="flex-end" title={`${metric.level ?? 'no level'}, n = ${metric.n}`}>
      <Text span inherit style={{ whiteSpace: 'nowrap' }}>
        {formatValue(metric.value, unitOf[name])}
        {unit}
      </Text>
      {metric.level ? <LevelBars level={metric.level} /> : null}
    </Group>
  )
}

function scopeOf(kind: StreamMetrics['kind'], id: string) {
  if (kind === 'all') return { stream: undefined, tech_stream: undefined }
  return kind === 'tech' ? { tech_stream: id, stream: undefined } : { stream: id, tech_stream: undefined }
}

type StreamsPanelProps = { query: Query; selected: string | undefined }

/** The table of streams; not shown when there is none. */
export function StreamsPanel({ query, selected }: StreamsPanelProps) {
  const streams = useQuery(doraStreamsQuery(query))
  return (
    <Panel
      title="Streams"
      note={
        selected
          ? 'All streams in the same window'
          : 'Like should be compared with like: a stream with its own past first'
      }
      action={
        <TextLink to="/streams" fz="sm" style={{ whiteSpace: 'nowrap' }}>
          Edit streams
        </TextLink>
      }
    >
      <Loaded query={streams} skeleton={<TableSkeleton rows={4} />}>
        {({ streams: rows }) =>
          rows.every(({ kind }) => kind === 'all') ? (
            <Text c="dimmed">
              No stream yet. A stream is a team's or product's repositories, Jira projects and services.{' '}
              <TextLink to="/streams">Make one</TextLink>
            </Text>
          ) : (
            <LazyDataTable
              bare
              minWidth={820}
              caption="Metrics per stream"
              columns={columns}
              rows={rows}
              rowKey={(row) => `${row.kind}:${row.stream}`}
            />
          )
        }
      </Loaded>
    </Panel>
  )
}
