import type { SprintRow } from '#modules/delivery/sprints/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatRatio } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Moment } from '~/ui/time.tsx'
import type { WindowSearch } from '../search.ts'
import { SprintTags } from './sprint-tags.tsx'
import { formatAmount, nameOf, type Unit } from './unit.ts'

type Scope = Pick<WindowSearch, 'stream' | 'tech_stream'>
type Row = SprintRow & { day?: number }

/** Of sprints that closed, or that run. */
export const sprintColumns = (unit: Unit, { stream, tech_stream }: Scope, running: boolean): Column<Row>[] => [
  {
    id: 'sprint',
    header: 'Sprint',
    sortBy: nameOf,
    cell: (row) => (
      <TextLink to="/sprints/$id" params={{ id: String(row.sprint) }} search={{ stream, tech_stream }}>
        {nameOf(row)}
      </TextLink>
    ),
  },
  { id: 'tags', header: 'Note', phone: false, cell: (row) => <SprintTags sprint={row} /> },
  running
    ? { id: 'day', header: 'Day', align: 'right', phone: false, cell: ({ day }) => day ?? '–' }
    : { id: 'closed', header: 'Closed', phone: false, cell: ({ closed_at: at }) => <Moment value={at} /> },
  {
    id: 'committed',
    header: 'Committed',
    align: 'right',
    sortBy: ({ figures }) => figures.committed?.[unit] ?? null,
    cell: ({ figures }) => formatAmount(figures.committed, unit),
  },
  {
    id: 'completed',
    header: running ? 'Done so far' : 'Completed',
    align: 'right',
    sortBy: ({ figures }) => figures.completed[unit],
    cell: ({ figures }) => formatAmount(figures.completed, unit),
  },
  {
    id: 'say-do',
    header: 'Say-do',
    align: 'right',
    phone: false,
    sortBy: ({ figures }) => figures.say_do[unit],
    cell: ({ figures }) => formatRatio(figures.say_do[unit]),
  },
  {
    id: 'added',
    header: 'Added',
    align: 'right',
    phone: false,
    cell: ({ figures }) => formatAmount(figures.added, unit),
  },
  {
    id: 'removed',
    header: 'Removed',
    align: 'right',
    phone: false,
    cell: ({ figures }) => formatAmount(figures.removed, unit),
  },
]
