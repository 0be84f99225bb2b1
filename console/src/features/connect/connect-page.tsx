/** How facts get in: webhooks with their addresses, the git import, the demo. */
import { Grid, List, Stack, Text } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { connectReply } from '#modules/intake/schemas.ts'
import { call } from '~/api/client.ts'
import { CopyLine } from '~/ui/copy.tsx'
import { Loaded } from '~/ui/loaded.tsx'
import { Page } from '~/ui/page.tsx'
import { Panel } from '~/ui/panel.tsx'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { Together } from '~/ui/together.tsx'
import { OtherSources } from './other-sources.tsx'
import { WebhookPanel } from './webhook-panel.tsx'

const connectQuery = queryOptions({
  queryKey: ['connect'],
  queryFn: ({ signal }) => call(connectReply, '/connect', { signal }),
  refetchInterval: 10_000,
})

/** `/connect`. */
export function ConnectPage() {
  const query = useQuery(connectQuery)
  return (
    <Page title="Connect" lead="Tell daytwo what happens. Webhooks keep it live; an import fills in the past.">
      <Together queries={[query]} skeleton={<PanelsSkeleton count={2} height={420} cols={{ base: 1, lg: 2 }} />}>
        <Stack gap="lg">
          <Loaded query={query} skeleton={null}>
            {({ webhooks, sources }) => (
              <Grid gap="md">
                {webhooks.map((webhook) => (
                  <Grid.Col key={webhook.source} span={{ base: 12, lg: 6 }}>
                    <WebhookPanel webhook={webhook} />
                  </Grid.Col>
                ))}
                <Grid.Col span={12}>
                  <OtherSources sources={sources} />
                </Grid.Col>
              </Grid>
            )}
          </Loaded>
          <Grid gap="md">
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Panel
                title="Import the past from git"
                note="Reads a clone on the machine daytwo runs on; nothing leaves it"
              >
                <Stack gap="sm">
                  <CopyLine value="bin/daytwo import:git /path/to/repository" label="command" />
                  <List size="sm" c="dimmed" spacing={4}>
                    <List.Item>Release tags become deployments, commits become changes.</List.Item>
                    <List.Item>Running it again changes nothing that is already known.</List.Item>
                  </List>
                </Stack>
              </Panel>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Panel title="Look around with a demo" note="A year of believable history">
                <Stack gap="sm">
                  <CopyLine value="npm run demo" label="command" />
                  <Text size="sm" c="dimmed">
                    To see every page filled before anything of yours is connected.
                  </Text>
                </Stack>
              </Panel>
            </Grid.Col>
          </Grid>
        </Stack>
      </Together>
    </Page>
  )
}
