/** The columns of the list of alerts. */
import { Button, Stack, Text } from '@mantine/core'
import type { Column } from '~/ui/data-table.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Moment } from '~/ui/time.tsx'
import { alertTitle } from '../alert-title.ts'
import type { Alert } from '../queries.ts'
import { AlertTags } from '../severity-tag.tsx'
import { measured } from './measured.ts'

/** Columns; `onAcknowledge` is absent when the session may not. */
export const alertColumns = (onAcknowledge: ((alert: Alert) => void) | undefined): Column<Alert>[] => [
  {
    id: 'what',
    header: 'Alert',
    cell: (alert) => (
      <Stack gap={2} miw={170}>
        <TextLink to="/alerts/$id" params={{ id: alert.id }} fw={500}>
          {alertTitle(alert)}
        </TextLink>
        <Text size="sm" c="dimmed" maw={460}>
          {alert.detail}
        </Text>
      </Stack>
    ),
  },
  { id: 'state', header: 'State', cell: (alert) => <AlertTags alert={alert} /> },
  { id: 'since', header: 'Since', phone: false, cell: ({ raised_at: at }) => <Moment value={at} /> },
  {
    id: 'value',
    header: 'Value / threshold',
    align: 'right',
    phone: false,
    cell: ({ value, threshold }) => (
      <Text span inherit style={{ whiteSpace: 'nowrap' }}>
        {measured(value)} / {measured(threshold)}
      </Text>
    ),
  },
  {
    id: 'who',
    header: 'Acknowledged',
    phone: false,
    cell: ({ acknowledged_by: by, acknowledged_at: at }) =>
      at === null ? (
        <Text span inherit c="dimmed">
          –
        </Text>
      ) : (
        <>
          {by ?? 'somebody'}, <Moment value={at} />
        </>
      ),
  },
  ...(onAcknowledge
    ? [
        {
          id: 'act',
          header: 'Action',
          align: 'right' as const,
          cell: (alert: Alert) =>
            alert.state === 'raised' ? (
              <Button
                variant="default"
                size="xs"
                onClick={() => onAcknowledge(alert)}
                aria-label={`Acknowledge ${alertTitle(alert)}`}
              >
                Acknowledge
              </Button>
            ) : null,
        },
      ]
    : []),
]
