/** The coefficient at each lag. */
import { Text } from '@mantine/core'
import type { CrossStreamPairReply } from '#modules/delivery/correlation/schemas.ts'
import { type Column, DataTable } from '~/ui/data-table.tsx'
import { capitalize } from '~/ui/format.ts'
import { formatCoefficient, formatP, lagInWords } from './in-words.ts'

type Row = CrossStreamPairReply['lags'][number] & { words: string; listed: boolean }

const columns: Column<Row>[] = [
  {
    id: 'lag',
    header: 'Lag',
    cell: ({ words, listed }) => (
      <Text span inherit fw={listed ? 600 : 400}>
        {words}
      </Text>
    ),
  },
  { id: 'coefficient', header: 'Coefficient', align: 'right', cell: (row) => formatCoefficient(row.coefficient) },
  { id: 'q', header: 'q', align: 'right', cell: ({ q }) => formatP(q) },
]

export function LagTable({ reply: { lags, relation } }: { reply: CrossStreamPairReply }) {
  const rows = lags.map((lag) => ({
    ...lag,
    words: capitalize(lagInWords({ ...relation, lag_weeks: lag.lag_weeks })),
    listed: lag.lag_weeks === relation.lag_weeks,
  }))
  return (
    <DataTable
      bare
      minWidth={300}
      caption="Coefficient at each lag"
      columns={columns}
      rows={rows}
      rowKey={({ lag_weeks: lag }) => String(lag)}
    />
  )
}
