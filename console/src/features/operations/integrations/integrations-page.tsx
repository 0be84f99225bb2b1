/** Integrations: whether every source is heard as usual, what to do where not, and the connections. */
import { Grid, Stack } from '@mantine/core'
import { IconPlugOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ButtonLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Tag } from '~/ui/tag.tsx'
import { Together } from '~/ui/together.tsx'
import { integrationHealthQuery } from '../queries.ts'
import { ConnectionsPanel } from './connections-panel.tsx'
import { connectionsQuery } from './queries.ts'
import { SourcePanel } from './source-panel.tsx'

/** `/integrations`. */
export function IntegrationsPage() {
  const query = useQuery(integrationHealthQuery)
  const connections = useQuery(connectionsQuery)
  return (
    <Page
      title="Integrations"
      lead={
        query.data ? (
          <Tag tone={query.data.status === 'ok' ? 'good' : 'warning'}>
            {query.data.status === 'ok' ? 'every source is fine' : 'a source needs attention'}
          </Tag>
        ) : (
          ' '
        )
      }
      actions={
        <>
          <ButtonLink to="/connect" variant="default">
            How to connect
          </ButtonLink>
          <ButtonLink to="/integrations/github" variant="default">
            GitHub repositories
          </ButtonLink>
        </>
      }
    >
      <Together
        queries={[query, connections]}
        skeleton={<PanelsSkeleton count={4} height={260} cols={{ base: 1, lg: 2 }} />}
      >
        <Stack gap="lg">
          <Loaded query={query} skeleton={null}>
            {({ sources }) =>
              sources.length === 0 ? (
                <EmptyState
                  icon={IconPlugOff}
                  title="No source is known"
                  actions={<ButtonLink to="/connect">Connect one</ButtonLink>}
                >
                  Sources appear here as soon as something is connected.
                </EmptyState>
              ) : (
                <Grid gap="md">
                  {sources.map((source) => (
                    <Grid.Col key={source.source} span={{ base: 12, lg: 6 }}>
                      <SourcePanel source={source} />
                    </Grid.Col>
                  ))}
                </Grid>
              )
            }
          </Loaded>
          <ConnectionsPanel />
        </Stack>
      </Together>
    </Page>
  )
}
