/** What a change did, field by field: what was, and what is. */
import { Group, Table, Text, VisuallyHidden } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import { changesOf } from './changes.ts'

type DiffProps = { before: unknown; after: unknown }

const was = { c: 'var(--dt-low)', bg: 'var(--dt-low-tint)' }
const is = { c: 'var(--dt-elite)', bg: 'var(--dt-elite-tint)' }

/** One line a field that differs; with `before` alone it was removed, with `after` alone it is new. */
export function Diff({ before, after }: DiffProps) {
  const changes = changesOf(before, after)
  if (changes.length === 0) return <Text c="dimmed">It holds no fields.</Text>
  return (
    <Table verticalSpacing={6} horizontalSpacing={0} layout="fixed">
      <Table.Tbody>
        {changes.map(({ field, from, to }) => (
          <Table.Tr key={field}>
            <Table.Th
              scope="row"
              fw={400}
              c="dimmed"
              w={{ base: 110, sm: 160 }}
              style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}
            >
              {field}
            </Table.Th>
            <Table.Td>
              <Group gap={6} align="flex-start">
                {from === undefined ? null : <Side says="was" text={from} look={was} struck={to !== undefined} />}
                {from !== undefined && to !== undefined ? (
                  <IconArrowRight size={14} aria-hidden style={{ marginTop: 5 }} />
                ) : null}
                {to === undefined ? null : <Side says="is" text={to} look={is} />}
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

const Side = ({ says, text, look, struck }: { says: string; text: string; look: typeof was; struck?: boolean }) => (
  <Text
    span
    size="sm"
    ff="monospace"
    px={6}
    py={1}
    bdrs="xs"
    td={struck ? 'line-through' : undefined}
    style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
    {...look}
  >
    <VisuallyHidden>{says} </VisuallyHidden>
    {text}
  </Text>
)
