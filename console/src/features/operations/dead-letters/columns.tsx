/** The columns of the list of dead letters, the first of them to select rows. */
import { Checkbox, Text } from '@mantine/core'
import { eventWork } from '~/features/queue/queries.ts'
import type { Column } from '~/ui/data-table.tsx'
import { humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Moment } from '~/ui/time.tsx'
import type { DeadLetter } from '../queries.ts'

type Selecting = {
  selected: ReadonlySet<number>
  /** All that are shown. */
  ids: readonly number[]
  onSelect: (selected: ReadonlySet<number>) => void
}

function selectColumn({ selected, ids, onSelect }: Selecting): Column<DeadLetter> {
  const all = ids.length > 0 && ids.every((id) => selected.has(id))
  return {
    id: 'select',
    header: 'Select',
    width: 44,
    head: (
      <Checkbox
        aria-label="Select all that are shown"
        checked={all}
        indeterminate={!all && selected.size > 0}
        onChange={() => onSelect(new Set(all ? [] : ids))}
      />
    ),
    cell: ({ id, summary }) => (
      <Checkbox
        aria-label={`Select ${id} ${summary}`}
        checked={selected.has(id)}
        onChange={() => onSelect(toggled(selected, id))}
      />
    ),
  }
}

function toggled(selected: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(selected)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Columns; without `selecting` nothing can be chosen. */
export const deadLetterColumns = (work: string, selecting: Selecting | null): Column<DeadLetter>[] => [
  ...(selecting ? [selectColumn(selecting)] : []),
  {
    id: 'what',
    header: 'What',
    cell: (row) => (
      <>
        {work === eventWork ? (
          <TextLink to="/queue/$id" params={{ id: String(row.id) }} fw={500}>
            {row.summary}
          </TextLink>
        ) : (
          <TextLink to="/dead-letters/$work/$id" params={{ work, id: String(row.id) }} fw={500}>
            {row.summary}
          </TextLink>
        )}{' '}
        <Text span size="sm" c="dimmed">
          {row.id}
        </Text>
        <Text size="sm" c="dimmed" lineClamp={2} hiddenFrom="sm" style={{ overflowWrap: 'anywhere' }}>
          {row.last_error}
        </Text>
      </>
    ),
  },
  {
    id: 'error',
    header: 'Error',
    phone: false,
    cell: ({ last_error: error, error_class: kind }) => (
      <div>
        <Text size="sm" lineClamp={2} maw={460} style={{ overflowWrap: 'anywhere' }}>
          {error}
        </Text>
        <Text size="sm" c="dimmed">
          {humanize(kind)}
        </Text>
      </div>
    ),
  },
  { id: 'attempts', header: 'Attempts', align: 'right', phone: false, cell: ({ attempts }) => attempts },
  {
    id: 'requeued',
    header: 'Requeued',
    align: 'right',
    phone: false,
    cell: ({ requeued_count: count }) => (count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`),
  },
  { id: 'finished', header: 'Given up', cell: ({ finished_at: at }) => <Moment value={at} /> },
]
