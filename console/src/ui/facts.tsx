/** Names and values, one below the other. */
import { Table } from '@mantine/core'
import type { ReactNode } from 'react'

/** A small two-column table of facts about one thing. */
export const Facts = ({ rows }: { rows: readonly { name: string; value: ReactNode }[] }) => (
  <Table verticalSpacing={6} horizontalSpacing={0} withRowBorders={false} layout="fixed">
    <Table.Tbody>
      {rows.map(({ name, value }) => (
        <Table.Tr key={name}>
          <Table.Th scope="row" fw={400} c="dimmed" w={144} style={{ verticalAlign: 'top' }}>
            {name}
          </Table.Th>
          <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)
