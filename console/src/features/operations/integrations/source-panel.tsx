/** One source: is it heard, how much of what is usual, what failed, and what to do. */
import { Stack, Text } from '@mantine/core'
import { Facts } from '~/ui/facts.tsx'
import { formatCount, plural, shortNumber } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { Moment } from '~/ui/time.tsx'
import type { SourceHealth } from '../queries.ts'
import { SourceStatusTag } from './source-status.tsx'
import { TestConnection } from './test-connection.tsx'
import { WhatToDo } from './what-to-do.tsx'

const bad = (count: number, noun: string) => (
  <Text span inherit c={count > 0 ? 'var(--dt-low)' : undefined}>
    {plural(count, noun)} in the last day
  </Text>
)

const factsOf = (source: SourceHealth) => [
  { name: 'Last event', value: <Moment value={source.last_event_at} /> },
  {
    name: 'Last hour',
    value: `${plural(source.events_last_hour, 'event')}, ${
      source.expected_per_hour === null
        ? 'what is usual is not known yet'
        : `usual are ${shortNumber(source.expected_per_hour)}`
    }`,
  },
  { name: 'Last day', value: `${formatCount(source.events_last_day)} events` },
  { name: 'Not understood', value: bad(source.dead_letters_last_day, 'dead letter') },
  { name: 'Refused', value: bad(source.signature_failures_last_day, 'wrong signature') },
  ...(source.gaps ? [{ name: 'Asked', value: <Asked gaps={source.gaps} /> }] : []),
]

const nouns: Record<string, string> = {
  delivery: 'deliveries',
  pull_request: 'pull-request events',
  issue: 'changes of issues',
  sprint: 'starts and ends of sprints',
}

/** What the source says there was, and what of it did not arrive. */
const Asked = ({ gaps }: { gaps: NonNullable<SourceHealth['gaps']> }) => (
  <Stack gap={2}>
    <Text inherit>
      {gaps.checked_at === null ? 'not to its end yet' : <Moment value={gaps.checked_at} />}, of the last {gaps.days}{' '}
      days:
    </Text>
    {gaps.kinds.map(({ kind, expected, missing, backfilled }) => (
      <Text key={kind} inherit>
        {formatCount(expected)} {nouns[kind] ?? kind}, {formatCount(missing)} missing
        {missing === 0 ? '' : backfilled === missing ? ', all fetched' : `, ${formatCount(backfilled)} fetched`}
      </Text>
    ))}
    {gaps.error === null ? null : (
      <Text inherit c="var(--dt-low)">
        {gaps.error}
      </Text>
    )}
  </Stack>
)

/** The panel of one source. */
export const SourcePanel = ({ source }: { source: SourceHealth }) => (
  <Panel title={source.source} note={source.detail} action={<SourceStatusTag status={source.status} />}>
    <Stack gap="xs">
      <Facts rows={factsOf(source)} />
      <WhatToDo source={source} />
      <TestConnection source={source.source} />
    </Stack>
  </Panel>
)
