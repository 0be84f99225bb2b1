/** The columns of the incident list. */
import { Anchor, Button, Stack, Text } from '@mantine/core'
import type { z } from 'zod'
import type { incidentRow } from '#modules/delivery/facts/schemas.ts'
import type { Column } from '~/ui/data-table.tsx'
import { formatDuration } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { EvidenceButton } from '../evidence.tsx'

export type Incident = z.output<typeof incidentRow>

const lastedSeconds = ({ started_at: from, resolved_at: to }: Incident) =>
  to === null ? null : (Date.parse(to) - Date.parse(from)) / 1000

function What({ incident }: { incident: Incident }) {
  const { key, title, url, severity, service, repository } = incident
  return (
    <Stack gap={2} miw={200}>
      {url ? (
        <Anchor href={url} rel="noreferrer" inherit fw={500}>
          {title}
        </Anchor>
      ) : (
        <Text inherit fw={500}>
          {title}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        {[key, severity, service ?? repository].filter(Boolean).join(' · ')}
      </Text>
    </Stack>
  )
}

function Cause({ incident }: { incident: Incident }) {
  const { deployment_id: id, method, confidence, evidence, overridden_by: by } = incident
  return (
    <Stack gap={2}>
      {id === null ? (
        <Tag tone={by ? 'plain' : 'warning'}>{by ? 'not caused by a deployment' : 'no deployment found'}</Tag>
      ) : (
        <TextLink to="/deployments/$id" params={{ id: String(id) }} lh={1.75}>
          Deployment {id}
        </TextLink>
      )}
      {method ? <EvidenceButton method={method} confidence={confidence} evidence={evidence} decidedBy={by} /> : null}
    </Stack>
  )
}

/** Columns whose last one opens the dialog to decide otherwise. */
export const incidentColumns = (onDecide: (incident: Incident) => void): Column<Incident>[] => [
  { id: 'what', header: 'Incident', cell: (incident) => <What incident={incident} /> },
  { id: 'started', header: 'Started', cell: ({ started_at: at }) => <Moment value={at} /> },
  {
    id: 'lasted',
    header: 'Lasted',
    align: 'right',
    cell: (incident) => (incident.resolved_at ? formatDuration(lastedSeconds(incident)) : <Tag tone="bad">open</Tag>),
  },
  { id: 'cause', header: 'Caused by', cell: (incident) => <Cause incident={incident} /> },
  {
    id: 'decide',
    header: 'Decision',
    align: 'right',
    cell: (incident) => (
      <Button
        variant="default"
        size="xs"
        onClick={() => onDecide(incident)}
        aria-label={`Decide what caused ${incident.key}`}
      >
        Decide
      </Button>
    ),
  },
]
