/** One metric: value, level, what it rests on, and the way to the deployments behind it. */
import { Group, Paper, Stack, Text, Title, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import type { DoraReply, Metric } from '#modules/delivery/dora/schemas.ts'
import { formatCount } from '~/ui/format.ts'
import { LevelBadge } from '~/ui/level-badge.tsx'
import { TextLink } from '~/ui/link.tsx'
import { type Band, bandInWords } from '~/ui/plots/bands.ts'
import { Tag } from '~/ui/tag.tsx'
import { formatValue, metricTexts, suffixOf } from '../metric-texts.ts'
import type { WindowSearch } from '../search.ts'
import { cardHeight } from './layout.ts'
import { MetricDefinition } from './metric-definition.tsx'
import { ReceiptLink } from './receipt-link.tsx'

/** Brings icons in their buttons to the edge of the text, which leaves the longest title one line where five cards stand side by side. */
const iconInset = -3

export type CardSearch = WindowSearch & { as_of?: string | undefined }

type MetricCardProps = {
  metric: Metric
  band: Band | undefined
  bandsVersion: string
  reply: DoraReply
  search: CardSearch
}

const scopeOf = ({ stream, tech_stream }: WindowSearch) => ({ stream, tech_stream })
/** The same days, without what only this page understands. */
const windowOf = ({ days, from, to, ...search }: WindowSearch) => ({ ...scopeOf(search), days, from, to })

/** A card; without enough data it says what is missing instead of a number. */
export function MetricCard({ metric, band, bandsVersion, reply, search }: MetricCardProps) {
  const text = metricTexts[metric.name]
  const receipt = (
    <ReceiptLink
      to="/delivery/receipt"
      search={{ ...scopeOf(search), metric: metric.name, from: reply.from, to: reply.to, as_of: search.as_of }}
      label={`Receipt of ${text.title}`}
    />
  )
  return (
    <Paper p="md" mih={cardHeight} component="article" aria-label={text.title}>
      <Stack h="100%" gap={6}>
        <Group justify="space-between" wrap="nowrap" gap={0} mr={iconInset}>
          <Title order={2} fz="sm" fw={500}>
            {text.title}
          </Title>
          <MetricDefinition metric={metric} band={band} bandsVersion={bandsVersion} reply={reply} />
        </Group>
        {metric.value === null ? (
          <Missing metric={metric} receipt={receipt} />
        ) : (
          <Value metric={metric} band={band} receipt={receipt} />
        )}
        <Group justify="space-between" mt="auto" gap="xs" fz="sm" wrap="nowrap">
          <Behind metric={metric} search={search} />
        </Group>
      </Stack>
    </Paper>
  )
}

function Behind({ metric, search }: Pick<MetricCardProps, 'metric' | 'search'>) {
  const { counted, only } = metricTexts[metric.name]
  const count = `${formatCount(metric.n)} ${counted}`
  if (metric.value !== null && only === undefined)
    return (
      <TextLink to="/deployments" search={windowOf(search)}>
        {count}
      </TextLink>
    )
  return (
    <>
      <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {count}
      </Text>
      {metric.value === null ? null : (
        <TextLink to="/deployments" search={{ ...windowOf(search), only }}>
          {only === 'failed' ? 'Failed' : 'Rework'}
        </TextLink>
      )}
    </>
  )
}

type Shown = { metric: Metric; receipt: ReactNode }

function Value({ metric, band, receipt }: Shown & { band: Band | undefined }) {
  const suffix = suffixOf(metric.unit)
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap={0} mr={iconInset}>
        <Text fz={30} fw={600} lh={1.2} data-figures style={{ letterSpacing: '-0.02em' }}>
          {formatValue(metric.value, metric.unit)}
          {suffix ? (
            <Text span c="dimmed" fz="sm" fw={400} ml={6} style={{ letterSpacing: 0 }}>
              {suffix}
            </Text>
          ) : null}
        </Text>
        {receipt}
      </Group>
      <Group gap={6}>
        {metric.level ? (
          <Tooltip
            label={band ? bandInWords(band, metric.level, (value) => formatValue(value, metric.unit)) : metric.level}
          >
            <span>
              <LevelBadge level={metric.level} />
            </span>
          </Tooltip>
        ) : (
          <Text size="sm" c="dimmed">
            no published band
          </Text>
        )}
        {metric.state === 'low_confidence' ? (
          <Tooltip label={`Rests on only ${metric.n}: one more could change it much.`}>
            <span>
              <Tag>low confidence</Tag>
            </span>
          </Tooltip>
        ) : null}
      </Group>
    </>
  )
}

function Missing({ metric, receipt }: Shown) {
  const { missing } = metricTexts[metric.name]
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap={0} mr={iconInset}>
        <Text fw={600}>Insufficient data</Text>
        {receipt}
      </Group>
      <Text size="sm" c="dimmed" lh={1.4}>
        {missing.text} <TextLink to={missing.to}>{missing.action}</TextLink>
      </Text>
    </>
  )
}
