/** The columns of the list of streams. */
import { ActionIcon, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import type { z } from 'zod'
import type { streamReply } from '#modules/delivery/facts/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Tag } from '~/ui/tag.tsx'
import { sourceKinds } from './sources.ts'

export type Stream = z.output<typeof streamReply>

const shownSources = 6

function Sources({ stream }: { stream: Stream }) {
  if (stream.sources.length === 0)
    return (
      <Text size="sm" c="dimmed">
        nothing yet
      </Text>
    )
  const rest = stream.sources.length - shownSources
  return (
    <Group gap={6}>
      {stream.sources.slice(0, shownSources).map(({ kind, value }) => (
        <span key={`${kind}:${value}`} title={sourceKinds[kind].title}>
          <Tag>{kind === 'repository' ? value : `${sourceKinds[kind].short} ${value}`}</Tag>
        </span>
      ))}
      {rest > 0 ? (
        <Text size="sm" c="dimmed">
          and {rest} more
        </Text>
      ) : null}
    </Group>
  )
}

type Actions = { onEdit: (stream: Stream) => void; onDelete: (stream: Stream) => void }

/** Columns with buttons to edit and delete. */
export const streamColumns = ({ onEdit, onDelete }: Actions): Column<Stream>[] => [
  {
    id: 'name',
    header: 'Stream',
    sortBy: ({ name }) => name,
    cell: ({ id, kind, name }) => (
      <Stack gap={2}>
        <TextLink to="/delivery" search={kind === 'tech' ? { tech_stream: id } : { stream: id }} fw={500}>
          {name}
        </TextLink>
        <Text size="sm" c="dimmed" ff="monospace">
          {id}
        </Text>
      </Stack>
    ),
  },
  { id: 'kind', header: 'Kind', phone: false, sortBy: ({ kind }) => kind, cell: ({ kind }) => <Tag>{kind}</Tag> },
  { id: 'sources', header: 'Owns', cell: (stream) => <Sources stream={stream} /> },
  {
    id: 'actions',
    header: 'Actions',
    align: 'right',
    cell: (stream) => (
      <Group gap={4} wrap="nowrap" justify="flex-end">
        <Tooltip label="Edit">
          <ActionIcon
            variant="subtle"
            color="gray"
            c="dimmed"
            aria-label={`Edit ${stream.name}`}
            onClick={() => onEdit(stream)}
          >
            <IconPencil size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete">
          <ActionIcon
            variant="subtle"
            color="gray"
            c="dimmed"
            aria-label={`Delete ${stream.name}`}
            onClick={() => onDelete(stream)}
          >
            <IconTrash size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Group>
    ),
  },
]
