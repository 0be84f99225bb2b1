/** The five metrics, small: value, band, and which way they go. */
import { Anchor, Group, Paper, SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { DoraReply, Metric } from '#modules/delivery/dora/schemas.ts'
import { formatValue, metricTexts, suffixOf } from '~/features/delivery/metric-texts.ts'
import { FormFailure } from '~/ui/form-failure.tsx'
import { LevelBadge } from '~/ui/level-badge.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Sparkline } from '~/ui/sparkline.tsx'
import { tileColumns, tileHeight } from './layout.ts'
import { useHomeDora } from './use-home-dora.ts'

/** Tiles that all lead to the delivery page. */
export function DeliveryTiles() {
  const { data, error } = useHomeDora()
  return (
    <section aria-label="Delivery">
      <Group justify="space-between" mb="xs">
        <Title order={2}>Delivery in the last 90 days</Title>
        <TextLink to="/delivery" fz="sm">
          Trends and stages
        </TextLink>
      </Group>
      {data === undefined && error ? (
        <FormFailure error={error} />
      ) : (
        <SimpleGrid cols={tileColumns}>
          {data
            ? data.metrics.map((metric) => <MetricTile key={metric.name} metric={metric} reply={data} />)
            : Object.values(metricTexts).map(({ title }) => (
                <Skeleton key={title} height={tileHeight} radius="md" role="status" aria-label={`Loading ${title}`} />
              ))}
        </SimpleGrid>
      )}
    </section>
  )
}

function MetricTile({ metric, reply }: { metric: Metric; reply: DoraReply }) {
  const { title } = metricTexts[metric.name]
  const values = reply.series.map(({ values: all }) => all[metric.name]?.value ?? null)
  const known = values.filter((value) => value !== null)
  return (
    <Anchor component={Link} to="/delivery" c="inherit" underline="never" bdrs="md" display="block">
      <Paper p="md" h={tileHeight}>
        <Text size="sm" c="dimmed" truncate>
          {title}
        </Text>
        <Group justify="space-between" gap={6} wrap="nowrap" h={38}>
          <Text fz={24} fw={600} lh={1.3} data-figures style={{ whiteSpace: 'nowrap' }}>
            {metric.value === null ? '–' : formatValue(metric.value, metric.unit)}
            {metric.value !== null && suffixOf(metric.unit) ? (
              <Text span c="dimmed" fz="xs" fw={400} ml={4}>
                {suffixOf(metric.unit)}
              </Text>
            ) : null}
          </Text>
          {metric.level ? <LevelBadge level={metric.level} /> : null}
        </Group>
        {known.length > 1 ? (
          <>
            <Sparkline
              label={`${title}: from ${formatValue(known[0]!, metric.unit)} to ${formatValue(known.at(-1)!, metric.unit)}`}
              values={values}
              height={40}
            />
            <Text size="xs" c="dimmed" mt={4}>
              per {reply.interval}
            </Text>
          </>
        ) : (
          <Text size="sm" c="dimmed" mt={6}>
            {metric.value === null ? 'Not enough data yet' : 'Too new for a trend'}
          </Text>
        )}
      </Paper>
    </Anchor>
  )
}
