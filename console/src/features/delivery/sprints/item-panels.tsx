/** A sprint's items by what became of them, each with the facts that say so. */
import { Group, Stack, Text } from '@mantine/core'
import type { SprintReply } from '#modules/delivery/sprints/schemas.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { humanize, plural, shortNumber } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Panel } from '~/ui/panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'

type Item = SprintReply['items'][number]
type Receipt = Item['receipts'][number]

const points = (value: number | null) => (value === null ? '–' : shortNumber(value))

const columnsOf = (closed: boolean): Column<Item>[] => [
  {
    id: 'key',
    header: 'Item',
    sortBy: ({ key }) => key,
    cell: ({ key, committed, outcome }) => (
      <Group gap="xs" wrap="nowrap">
        {key}
        {committed === false && outcome !== 'removed' ? <Tag tone="info">added</Tag> : null}
      </Group>
    ),
  },
  {
    id: 'at-start',
    header: 'Points at start',
    align: 'right',
    phone: false,
    sortBy: (item) => item.points_at_start,
    cell: (item) => points(item.points_at_start),
  },
  {
    id: 'points',
    header: closed ? 'At close' : 'Now',
    align: 'right',
    sortBy: (item) => item.points,
    cell: (item) => points(item.points),
  },
  {
    id: 'receipts',
    header: 'Why',
    phone: false,
    width: '52%',
    cell: ({ receipts }) => (
      <Stack gap={2}>
        {receipts.map((receipt) => (
          <Why key={receipt.fact} receipt={receipt} />
        ))}
      </Stack>
    ),
  },
]

const Why = ({ receipt }: { receipt: Receipt }) => (
  <Text size="sm" c="dimmed" component="div">
    {whatOf(receipt)}, <Moment value={receipt.occurred_at} absolute />
    {receipt.events.map((event) => (
      <span key={event}>
        {' · '}
        <TextLink to="/queue/$id" params={{ id: String(event) }}>
          Event {event}
        </TextLink>
      </span>
    ))}
  </Text>
)

const whatOf = ({ action, field, from, to }: Receipt): string =>
  field === null ? humanize(action) : `${humanize(field)}: ${from || '–'} → ${to || '–'}`

const groups = [
  { outcome: 'completed', title: 'Completed', open: 'Done so far' },
  { outcome: 'not_completed', title: 'Not completed', open: 'Not done yet' },
  { outcome: 'removed', title: 'Removed', open: 'Removed' },
] as const

export const ItemPanels = ({ sprint }: { sprint: SprintReply }) => {
  const closed = sprint.close_revision !== null
  const columns = columnsOf(closed)
  return groups.map(({ outcome, title, open }) => {
    const rows = sprint.items.filter((item) => item.outcome === outcome)
    const name = closed ? title : open
    const added = rows.filter(({ committed }) => committed === false).length
    return (
      <Panel
        key={outcome}
        title={name}
        note={`${plural(rows.length, 'item')}${added > 0 && outcome !== 'removed' ? `, ${added} added after the start` : ''}`}
      >
        {rows.length === 0 ? (
          <Text c="dimmed">None.</Text>
        ) : (
          <DataTable bare minWidth={220} caption={name} columns={columns} rows={rows} rowKey={({ key }) => key} />
        )}
      </Panel>
    )
  })
}
