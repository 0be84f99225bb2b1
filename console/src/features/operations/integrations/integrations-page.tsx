/** Integrations: whether every source is heard as usual, what to do where not, and the connections. */
import { Grid } from '@mantine/core'
import { IconPlugOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ButtonLink } from '~/ui/link.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { EmptyState } from '~/ui/states.tsx'
import { Tag } from '~/ui/tag.tsx'
import { integrationHealthQuery } from '../queries.ts'
import { ConnectionsPanel } from './connections-panel.tsx'
import { SourcePanel } from './source-panel.tsx'

/** `/integrations`. */
export function IntegrationsPage() {
  const query = useQuery(integrationHealthQuery)
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
        <ButtonLink to="/connect" variant="default">
          How to connect
        </ButtonLink>
      }
    >
      <Loaded query={query} skeleton={<PanelsSkeleton count={2} height={260} cols={{ base: 1, lg: 2 }} />}>
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
    </Page>
  )
}
