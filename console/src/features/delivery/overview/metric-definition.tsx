/** How a number came about: definition, window, count, coverage, versions, bands and further figures. */
import { ActionIcon, Group, Popover, Stack, Table, Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { DoraReply, Metric } from '#modules/delivery/dora/schemas.ts'
import { formatCount, formatDay, formatRatio } from '~/ui/format.ts'
import { LevelBadge } from '~/ui/level-badge.tsx'
import { type Band, bandInWords } from '~/ui/plots/bands.ts'
import { formatValue, metricTexts } from '../metric-texts.ts'
import { detailRows } from './metric-details.ts'

type MetricDefinitionProps = { metric: Metric; band: Band | undefined; bandsVersion: string; reply: DoraReply }

/** An information button with a popover. */
export function MetricDefinition({ metric, band, bandsVersion, reply }: MetricDefinitionProps) {
  const { title, counted } = metricTexts[metric.name]
  const rows = [
    ['Window', `${formatDay(reply.from, true)} – ${formatDay(reply.to, true)} (${reply.time_zone})`],
    ['Rests on', `${formatCount(metric.n)} ${counted}`],
    ...(metric.coverage === null ? [] : [['Coverage', formatRatio(metric.coverage)]]),
    ...detailRows(metric),
    ['Definition', metric.definition],
    ['Bands', bandsVersion],
  ]
  return (
    <Popover width={340} position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" c="dimmed" size="sm" aria-label={`How ${title} is measured`}>
          <IconInfoCircle size={17} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={`How ${title} is measured`}>
        <Stack gap="sm">
          <Text size="sm">{metric.summary}</Text>
          <Table verticalSpacing={4} horizontalSpacing={0} withRowBorders={false} fz="sm">
            <Table.Tbody>
              {rows.map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row" fw={400} c="dimmed" pr="sm" style={{ verticalAlign: 'top' }}>
                    {name}
                  </Table.Th>
                  <Table.Td>{value}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {band
            ? (['elite', 'high', 'medium', 'low'] as const).map((level) => (
                <Group key={level} gap="xs" justify="space-between">
                  <LevelBadge level={level} />
                  <Text size="sm">{bandInWords(band, level, (value) => formatValue(value, metric.unit))}</Text>
                </Group>
              ))
            : null}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
