/** The facts an event caused; those with a page lead to it. */
import { Group, Text } from '@mantine/core'
import { humanize } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'

/** A list of facts, or a sentence when there is none. */
export const FactLinks = ({ facts }: { facts: readonly { table: string; id: string }[] }) =>
  facts.length === 0 ? (
    <Text c="dimmed">It changed nothing: not about delivery, or already known.</Text>
  ) : (
    <Group gap="sm">
      {facts.map(({ table, id }) =>
        table === 'deployment_records' && /^\d+$/.test(id) ? (
          <TextLink key={`${table}:${id}`} to="/deployments/$id" params={{ id }}>
            Deployment {id}
          </TextLink>
        ) : (
          <Text key={`${table}:${id}`} span>
            {humanize(table)}{' '}
            <Text span ff="monospace" fz="sm">
              {id}
            </Text>
          </Text>
        ),
      )}
    </Group>
  )
