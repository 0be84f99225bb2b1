/** What must be set before repositories can be connected from here. */
import { Code, Stack, Text } from '@mantine/core'
import { CopyLine } from '~/ui/copy.tsx'
import { TextLink } from '~/ui/link.tsx'
import { Panel } from '~/ui/panel.tsx'
import type { GitHub } from './queries.ts'

export const notReady = ({ configured, unreachable }: GitHub): boolean => !configured || unreachable !== null

/** Whoever runs the installation reads which variables to set; everybody how to connect meanwhile. */
export const NotReady = ({
  github: { configured, unreachable, base_url: own, callback_url: callback },
}: {
  github: GitHub
}) => (
  <Stack gap="md">
    {unreachable === null ? null : (
      <Panel title="GitHub cannot reach this instance" note="Nothing was made at GitHub">
        <Stack gap="sm" maw={720}>
          <Text>
            {unreachable === 'loopback'
              ? 'Its address leads to your own machine: '
              : 'Its address is in a private network: '}
            <Code>{own}</Code>
          </Text>
          <Text>
            Set <Code>API_BASE_URL</Code> to an address that GitHub can reach (<Code>https</Code>, by a reverse proxy or
            a tunnel), and start daytwo again.
          </Text>
        </Stack>
      </Panel>
    )}
    {configured ? null : (
      <Panel title="GitHub does not know this instance yet" note="Done once, by whoever runs it">
        <Stack gap="sm" maw={720}>
          <Text>
            At GitHub, under Settings, Developer settings, OAuth apps, register an app with this callback address:
          </Text>
          <CopyLine value={callback} label="callback address" />
          <Text>
            Then set <Code>GITHUB_CLIENT_ID</Code> and <Code>GITHUB_CLIENT_SECRET</Code> to what GitHub shows (for an
            Enterprise Server <Code>GITHUB_BASE_URL</Code> and <Code>GITHUB_API_URL</Code> too), and start daytwo again.
          </Text>
        </Stack>
      </Panel>
    )}
    <Text size="sm" c="dimmed">
      Meanwhile webhooks can be made{' '}
      <TextLink to="/connect" underline="always">
        by hand
      </TextLink>
      .
    </Text>
  </Stack>
)
