/** One source: is it heard, how much of what is usual, what failed, and what to do. */
import { Stack, Text } from '@mantine/core'
import { Facts } from '~/ui/facts.tsx'
import { formatCount, plural, shortNumber } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { Moment } from '~/ui/time.tsx'
import type { SourceHealth } from '../queries.ts'
import { SourceStatusTag } from './source-status.tsx'
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
]

/** The panel of one source. */
export const SourcePanel = ({ source }: { source: SourceHealth }) => (
  <Panel title={source.source} note={source.detail} action={<SourceStatusTag status={source.status} />}>
    <Stack gap="xs">
      <Facts rows={factsOf(source)} />
      <WhatToDo source={source} />
    </Stack>
  </Panel>
)
