/** Then and now, and what daytwo learned in between. */
import { Group, Stack, Text } from '@mantine/core'
import type { ChangedFact, ChangesReply } from '#modules/delivery/dora/receipts/schemas.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { formatCount, formatDay, formatDuration, humanize, plural } from '~/ui/format.ts'
import { Panel } from '~/ui/panel.tsx'
import { Day, Moment } from '~/ui/time.tsx'
import { formatValue, suffixOf } from '../metric-texts.ts'
import { Cause } from './cause.tsx'
import { DeploymentLink } from './fact-columns.tsx'

const kindWords: Readonly<Record<ChangedFact['kind'], string>> = {
  deployment_recorded: 'A deployment was told',
  deployment_changed: 'A deployment came to count, or to be rework',
  deployment_uncounted: 'A deployment no longer counts',
  failure_found: 'A failure was found',
  failure_changed: 'A failure is known better',
  failure_withdrawn: 'A failure was taken back',
  changes_found: 'Changes were found',
}

function What({ fact }: { fact: ChangedFact }) {
  const { kind, failure, override, changes, rework_reason: rework, recovered_at_before: before } = fact
  const took = (until: string) => formatDuration((Date.parse(until) - Date.parse(fact.deployment.finished_at)) / 1000)
  return (
    <Stack gap={2} miw={220}>
      <Text inherit>
        {kindWords[kind]}
        {changes === null ? '' : ` (${formatCount(changes)})`}
        {kind.startsWith('deployment') && rework ? ` (${humanize(rework)})` : ''}
      </Text>
      {failure ? <Cause failure={failure} /> : null}
      {failure?.recovered_at && failure.recovered_at !== before ? (
        <Text size="sm" c="dimmed">
          recovered after {took(failure.recovered_at)}
          {before ? `, before: ${took(before)}` : ''}
        </Text>
      ) : null}
      {override ? (
        <Text size="sm" c="dimmed">
          decided by {override.by}: {override.reason}
        </Text>
      ) : null}
    </Stack>
  )
}

const columns: Column<ChangedFact>[] = [
  { id: 'what', header: 'What was learned', cell: (fact) => <What fact={fact} /> },
  { id: 'deployment', header: 'Deployment', cell: ({ deployment }) => <DeploymentLink deployment={deployment} /> },
  { id: 'day', header: 'Counts on', cell: ({ day }) => <Day value={day} /> },
  { id: 'learned', header: 'Learned', cell: ({ learned_at: at }) => <Moment value={at} absolute /> },
]

function Value({ of, unit }: { of: ChangesReply['now']; unit: ChangesReply['unit'] }) {
  return (
    <Text span inherit fw={600} data-figures>
      {of.value === null ? 'insufficient data' : `${formatValue(of.value, unit)} ${suffixOf(unit)}`}
      <Text span c="dimmed" fw={400} size="sm">
        {' '}
        (n = {formatCount(of.n)})
      </Text>
    </Text>
  )
}

/** The panel "What changed since"; says so when nothing did. */
export function ChangesPanel({ reply }: { reply: ChangesReply }) {
  const { days, facts, unit } = reply
  return (
    <Panel title="What changed since" note="What daytwo learned after that time, of the same days">
      <Stack gap="sm">
        <Group gap="xs" fz="lg">
          <Value of={reply.before} unit={unit} />
          <Text span inherit c="dimmed">
            then,
          </Text>
          <Value of={reply.now} unit={unit} />
          <Text span inherit c="dimmed">
            now
          </Text>
        </Group>
        {days.length === 0 ? (
          <Text c="dimmed">Nothing: the number rests on the same figures.</Text>
        ) : (
          <>
            <Text>
              The figures of {plural(days.length, 'day')} are others:{' '}
              {listed(days.map(({ day }) => formatDay(day, true)))}.
              {facts.length === 0 ? ' Of what made them so, the details are gone.' : ''}
            </Text>
            {facts.length > 0 ? (
              <DataTable
                bare
                caption="What was learned"
                columns={columns}
                rows={facts}
                rowKey={(fact) =>
                  [fact.kind, fact.deployment.id, fact.failure?.cause, fact.failure?.cause_key].join(' ')
                }
                minWidth={680}
              />
            ) : null}
            {reply.more_facts ? <Text c="dimmed">The newest {formatCount(facts.length)} are shown.</Text> : null}
          </>
        )}
      </Stack>
    </Panel>
  )
}

const listed = (days: readonly string[]) =>
  days.length > 6 ? `${days.slice(0, 6).join(', ')} and ${days.length - 6} more` : days.join(', ')
