/** The columns of the list of relations. */
import { Group, Stack, Text } from '@mantine/core'
import type { RelationReply } from '#modules/delivery/correlation/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Tag } from '~/ui/tag.tsx'
import { formatCoefficient, formatP, lagInWords, measureTexts } from './in-words.ts'

/** `together`, `against each other`. */
const Direction = ({ coefficient }: { coefficient: number }) => (
  <Text span inherit>
    {coefficient < 0 ? 'against each other' : 'together'}
  </Text>
)

function Streams({ relation: { a, b } }: { relation: RelationReply }) {
  return (
    <Stack gap={2} miw={200}>
      <TextLink
        to="/cross-stream/pair"
        search={{ a: a.stream, b: b.stream, measure_a: a.measure, measure_b: b.measure }}
        fw={500}
      >
        {a.name} and {b.name}
      </TextLink>
      <Text size="sm" c="dimmed">
        {measureTexts[a.measure].title} · {measureTexts[b.measure].title}
      </Text>
    </Stack>
  )
}

export const relationColumns: Column<RelationReply>[] = [
  { id: 'streams', header: 'Streams', cell: (relation) => <Streams relation={relation} /> },
  {
    id: 'move',
    header: 'They move',
    cell: ({ coefficient, stands_out: standsOut }) => (
      <Group gap="xs">
        <Direction coefficient={coefficient} />
        {standsOut ? <Tag tone="info">stands out</Tag> : null}
      </Group>
    ),
  },
  { id: 'lag', header: 'When', cell: lagInWords },
  {
    id: 'coefficient',
    header: 'Coefficient',
    align: 'right',
    cell: ({ coefficient }) => formatCoefficient(coefficient),
  },
  { id: 'n', header: 'Weeks', align: 'right', cell: ({ n }) => n },
  { id: 'q', header: 'q', align: 'right', cell: ({ q }) => formatP(q) },
]
