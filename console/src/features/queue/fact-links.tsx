/** The facts an event caused; those with a page lead to it. */
import { Stack, Text } from '@mantine/core'
import { capitalize, humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'

type Fact = { table: string; id: string }

/** A line a fact. */
export const FactLinks = ({ facts }: { facts: readonly Fact[] }) => (
  <Stack gap={4}>
    {facts.map((fact) => (
      <FactLink key={`${fact.table}:${fact.id}`} {...fact} />
    ))}
  </Stack>
)

function FactLink({ table, id }: Fact) {
  if (table === 'deployment_records' && /^\d+$/.test(id))
    return (
      <TextLink to="/deployments/$id" params={{ id }}>
        Deployment {id}
      </TextLink>
    )
  return (
    <Text style={{ overflowWrap: 'anywhere' }}>
      {table === 'incident_events' ? <TextLink to="/incidents">Incident event</TextLink> : capitalize(humanize(table))}{' '}
      <Text span ff="monospace" fz="sm" c="dimmed">
        {id}
      </Text>
    </Text>
  )
}
