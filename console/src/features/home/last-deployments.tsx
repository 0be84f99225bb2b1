/** What went to production last. */
import { Box, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { plural } from '~/ui/format.ts'
import { TextLink } from '~/ui/link.tsx'
import { LoadedPanel } from '~/ui/loaded-panel.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Moment } from '~/ui/time.tsx'
import { lineHeight } from './layout.ts'
import { lastDeploymentsQuery, lastDeploymentsShown } from './queries.ts'

const lineOfTwo = lineHeight + 8
const height = lineOfTwo * lastDeploymentsShown

/** A few lines with links to the deployments. */
export function LastDeployments() {
  const query = useQuery(lastDeploymentsQuery)
  return (
    <LoadedPanel
      title="Last deployments"
      height={height}
      query={query}
      action={
        <TextLink to="/deployments" fz="sm">
          All deployments
        </TextLink>
      }
    >
      {({ deployments }) => (
        <Box mih={height}>
          {deployments.length === 0 ? (
            <Text c="dimmed">None counted yet: what reaches production appears here a few seconds later.</Text>
          ) : (
            deployments
              .slice(0, lastDeploymentsShown)
              .map(({ id, service, repository, ref, changes, failed, finished_at: at }) => (
                <Box key={id} h={lineOfTwo}>
                  <Group justify="space-between" gap="xs" wrap="nowrap">
                    <TextLink to="/deployments/$id" params={{ id: String(id) }} fw={500} truncate miw={0}>
                      {service} {ref}
                    </TextLink>
                    <Group gap={6} wrap="nowrap">
                      {failed ? <Tag tone="bad">failed</Tag> : null}
                      <Text size="sm" c="dimmed">
                        <Moment value={at} />
                      </Text>
                    </Group>
                  </Group>
                  <Text size="sm" c="dimmed" truncate>
                    {repository}, {plural(changes, 'change')}
                  </Text>
                </Box>
              ))
          )}
        </Box>
      )}
    </LoadedPanel>
  )
}
