/** Every condition that is watched: what it looks for, when it was last looked at, and whether that worked. */
import { Anchor, Stack, Text } from '@mantine/core'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { capitalize, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Panel } from '~/ui/panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import type { Condition } from '../queries.ts'
import { SeverityTag } from '../severity-tag.tsx'

const columns: Column<Condition>[] = [
  {
    id: 'name',
    header: 'Condition',
    sortBy: ({ name }) => name,
    cell: ({ name, summary }) => (
      <Stack gap={2} miw={160}>
        <Text inherit fw={500}>
          {capitalize(humanize(name))}
        </Text>
        <Text size="sm" c="dimmed" maw={520}>
          {summary}
        </Text>
      </Stack>
    ),
  },
  { id: 'severity', header: 'Severity', phone: false, cell: ({ severity }) => <SeverityTag severity={severity} /> },
  {
    id: 'who',
    header: 'Seen by',
    phone: false,
    cell: ({ visible_to: who }) => (who === 'platform' ? 'operators' : 'tenant'),
  },
  {
    id: 'state',
    header: 'Now',
    sortBy: ({ open, error }) => (error ? 1_000_000 : open),
    cell: ({ open, error, last_evaluated_at: at }) =>
      error ? (
        <>
          <Tag tone="bad">cannot be evaluated</Tag>
          <Text size="sm" c="var(--dt-low)" maw={320}>
            {error}
          </Text>
        </>
      ) : open > 0 ? (
        <Tag tone="warning">{open} open</Tag>
      ) : at === null ? (
        <Tag>not looked at yet</Tag>
      ) : (
        <Tag tone="good">fine</Tag>
      ),
  },
  {
    id: 'evaluated',
    header: 'Last looked at',
    phone: false,
    cell: ({ last_evaluated_at: at }) => <Moment value={at} />,
  },
  {
    id: 'runbook',
    header: 'What to do',
    phone: false,
    cell: ({ runbook_url: url, name }) => (
      <Anchor href={url} inherit aria-label={`Runbook of ${humanize(name)}`}>
        Runbook
      </Anchor>
    ),
  },
]

/** The table of conditions; thresholds are settings. */
export const ConditionsPanel = ({ conditions }: { conditions: readonly Condition[] }) => (
  <Panel
    title="Conditions"
    note={
      <>
        Looked at once a minute; thresholds are{' '}
        <TextLink to="/settings" underline="always">
          settings
        </TextLink>
      </>
    }
  >
    {conditions.length === 0 ? (
      <Text c="dimmed">No condition is registered.</Text>
    ) : (
      <DataTable
        bare
        caption="Conditions"
        columns={columns}
        rows={conditions}
        rowKey={({ name }) => name}
        minWidth={340}
      />
    )}
  </Panel>
)
