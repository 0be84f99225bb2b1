/** One table for every list: sortable where asked, scrolls inside itself on narrow screens, rows link to details. */
import { Group, Paper, Table, Text, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import {
  type ColumnDef,
  createSortedRowModel,
  type RowData,
  rowSortingFeature,
  sortFn_basic,
  sortFn_text,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { type ReactNode, useMemo } from 'react'

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic, text: sortFn_text },
})

/** A column: what its cell shows and, when it can be sorted, by what. */
export type Column<Row> = {
  id: string
  header: string
  /** Stands in the header instead of its text, for example a checkbox. */
  head?: ReactNode
  cell: (row: Row) => ReactNode
  /** Present: the header sorts. Null goes last. */
  sortBy?: (row: Row) => string | number | null
  align?: 'left' | 'right'
  /** False hides the column below 768 px, where it is not needed to recognise a row. */
  phone?: boolean
  width?: number | string
}

type DataTableProps<Row> = {
  /** What the table holds, for people who cannot see where it stands. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Without a frame of its own, inside a panel. */
  bare?: boolean
  minWidth?: number
}

/** A table of rows; see `Column`. */
export function DataTable<Row extends RowData>({
  caption,
  columns,
  rows,
  rowKey,
  bare,
  minWidth = 340,
}: DataTableProps<Row>) {
  const definitions = useMemo(() => columns.map((column) => toDefinition<Row>(column)), [columns])
  const data = useMemo(() => [...rows], [rows])
  const table = useTable({
    features,
    columns: definitions,
    data,
    getRowId: (row) => rowKey(row),
    enableMultiSort: false,
  })
  const byId = new Map(columns.map((column) => [column.id, column]))
  const body = (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role={bare ? 'group' : 'region'}
      aria-label={caption}
      data-scroll-shadow
    >
      <Table highlightOnHover={!bare} horizontalSpacing={bare ? 'xs' : 'md'}>
        <Table.Caption display="none">{caption}</Table.Caption>
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {group.headers.map((header) => {
                const column = byId.get(header.column.id)!
                const sorted = header.column.getIsSorted()
                return (
                  <Table.Th
                    key={header.id}
                    scope="col"
                    w={column.width}
                    ta={column.align}
                    visibleFrom={column.phone === false ? 'sm' : undefined}
                    aria-sort={sorted === false ? undefined : sorted === 'asc' ? 'ascending' : 'descending'}
                  >
                    {column.sortBy ? (
                      <SortButton column={column} sorted={sorted} onClick={() => header.column.toggleSorting()} />
                    ) : (
                      (column.head ?? <HeaderText>{column.header}</HeaderText>)
                    )}
                  </Table.Th>
                )
              })}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {table.getRowModel().rows.map((row) => (
            <Table.Tr key={row.id}>
              {columns.map((column) => (
                <Table.Td key={column.id} ta={column.align} visibleFrom={column.phone === false ? 'sm' : undefined}>
                  {column.cell(row.original)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
  return bare ? body : <Paper py="xs">{body}</Paper>
}

function toDefinition<Row extends RowData>({ id, sortBy }: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id,
    enableSorting: sortBy !== undefined,
    accessorFn: (row: Row) => sortBy?.(row) ?? undefined,
    sortUndefined: 'last',
  } as ColumnDef<typeof features, Row>
}

const HeaderText = ({ children }: { children: ReactNode }) => (
  <Text size="xs" c="dimmed" fw={500} span style={{ whiteSpace: 'nowrap' }}>
    {children}
  </Text>
)

type SortButtonProps<Row> = { column: Column<Row>; sorted: false | 'asc' | 'desc'; onClick: () => void }

function SortButton<Row>({ column, sorted, onClick }: SortButtonProps<Row>) {
  const Icon = sorted === false ? IconArrowsSort : sorted === 'asc' ? IconArrowUp : IconArrowDown
  return (
    <UnstyledButton onClick={onClick} py={4}>
      <Group gap={4} wrap="nowrap" justify={column.align === 'right' ? 'flex-end' : 'flex-start'}>
        <HeaderText>{column.header}</HeaderText>
        <Icon size={12} aria-hidden />
      </Group>
    </UnstyledButton>
  )
}
