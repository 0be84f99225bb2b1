/** The columns of the audit trail. */
import { Stack, Text } from '@mantine/core'
import type { Column } from '~/ui/data-table.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Moment } from '~/ui/time.tsx'
import { actionInWords } from './in-words.ts'
import type { AuditEvent } from './queries.ts'

export const auditColumns: Column<AuditEvent>[] = [
  {
    id: 'what',
    header: 'What',
    cell: (event) => (
      <Stack gap={2} miw={160}>
        <TextLink to="/audit/event" search={{ subject: event.subject, seq: event.seq }} fw={500}>
          {actionInWords(event.action)}
        </TextLink>
        <Text size="sm" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {event.subject}
        </Text>
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {event.actor.name}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'who',
    header: 'By',
    phone: false,
    cell: ({ actor }) => (
      <Stack gap={2}>
        <TextLink
          to="/audit"
          search={(now: object) => ({ ...now, actor: actor.id })}
          title={`Only what ${actor.name} did`}
        >
          {actor.name}
        </TextLink>
        <Text size="sm" c="dimmed">
          {actor.type}
        </Text>
      </Stack>
    ),
  },
  { id: 'module', header: 'Module', phone: false, cell: ({ module }) => module },
  { id: 'at', header: 'When', cell: ({ created_at: at }) => <Moment value={at} /> },
]
