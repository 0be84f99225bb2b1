/** What the figures mean, what they rest on and what they do not know. */
import { Stack, Text } from '@mantine/core'
import type { FlowReply } from '#modules/delivery/flow/schemas.ts'
import { Facts } from '~/ui/facts.tsx'
import { formatCount, formatDay, formatRatio, plural, shortNumber } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'

/** A panel below the plots. */
export function FlowNotes({ reply }: { reply: FlowReply }) {
  const { cycle_time: cycle, little, flow_efficiency: efficiency, reopened, missing } = reply
  const rows = [
    { name: 'Window', value: `${formatDay(reply.from, true)} – ${formatDay(reply.to, true)} (${reply.time_zone})` },
    { name: 'Rests on', value: `${plural(cycle.n, 'finished item')} with a known start` },
    { name: 'Start known', value: cycle.coverage === null ? 'Insufficient data' : formatRatio(cycle.coverage) },
    {
      name: 'Not known',
      value: `the start of ${formatCount(missing.without_start)}, the creation of ${formatCount(missing.without_creation)} finished items`,
    },
    { name: 'Cycle time', value: percentiles(cycle) },
    {
      name: 'Flow efficiency',
      value:
        efficiency.value === null
          ? 'Not measured: no finished item whose statuses are told'
          : `${formatRatio(efficiency.value)} of the time in work, over ${plural(efficiency.n, 'item')}`,
    },
    {
      name: 'Reopened',
      value: `${formatCount(reopened.finished)} of the finished, ${formatCount(reopened.open)} of the open items`,
    },
    {
      name: 'Little’s law',
      value:
        little.mean_cycle_days === null || little.implied_cycle_days === null
          ? 'Insufficient data'
          : `mean cycle time ${shortNumber(little.mean_cycle_days)} days; work in progress ÷ throughput says ${shortNumber(little.implied_cycle_days)} days`,
    },
    { name: 'Definition', value: reply.definition },
  ]
  return (
    <Panel title="How this is measured">
      <Stack gap="sm">
        <Text size="sm" maw={760}>
          {reply.summary} Far apart, the two figures of Little’s law say that work did not flow steadily: what started
          and what finished were not the same amount.
        </Text>
        <Facts rows={rows} />
      </Stack>
    </Panel>
  )
}

const percentiles = ({ p50, p70, p85, p95 }: FlowReply['cycle_time']): string =>
  p50 === null ? 'Insufficient data' : `p50 ${p50}, p70 ${p70}, p85 ${p85}, p95 ${p95} days`
