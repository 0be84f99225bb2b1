/** What to do for each of the first steps: the command, the address, the place of the secret. */
import { Code, Group, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { sourceTitles } from '~/features/connect/steps.tsx'
import { CopyLine } from '~/ui/copy.tsx'
import { ButtonLink, TextLink } from '~/ui/link.tsx'
import type { Connect, StepName } from './steps.ts'

type StepHelpProps = { name: StepName; connect: Connect }

export function StepHelp({ name, connect }: StepHelpProps) {
  switch (name) {
    case 'connect':
      return <ConnectHelp connect={connect} />
    case 'event':
      return (
        <Stack gap="sm">
          <Waiting>Listening for the first event…</Waiting>
          <Text size="sm">
            At GitHub, Recent Deliveries of the webhook lists what was sent and what was answered. A refused one says
            why in{' '}
            <TextLink to="/integrations" underline="always">
              Integrations
            </TextLink>
            .
          </Text>
          <ConnectHelp connect={connect} />
        </Stack>
      )
    case 'stream':
      return (
        <Group gap="sm">
          <ButtonLink to="/streams" search={{ new: '1' }}>
            Make a stream
          </ButtonLink>
          <Text size="sm" c="dimmed">
            A team or product, and the repositories it delivers.
          </Text>
        </Group>
      )
    case 'deployment':
      return (
        <Stack gap="sm">
          <Waiting>Waiting for a successful deployment to production…</Waiting>
          <Text size="sm">
            GitHub deployments and releases count by themselves. A pipeline of another kind says it with an API key:
          </Text>
          <CopyLine
            label="command"
            value={`curl -X POST ${originOf(connect)}/api/v1/deployments -H 'authorization: Bearer <key>' -H 'content-type: application/json' -d '{"repository":"acme/shop","sha":"<commit>","environment":"production","status":"success"}'`}
          />
          <Text size="sm" c="dimmed">
            Keys are made under{' '}
            <TextLink to="/keys" underline="always">
              API keys
            </TextLink>
            .
          </Text>
        </Stack>
      )
    case 'metric':
      return <Waiting>Figures are computed a few seconds after facts came in…</Waiting>
  }
}

/** Where this instance is reached, as it says itself. */
const originOf = ({ webhooks }: Connect): string =>
  webhooks[0] ? new URL(webhooks[0].url).origin : window.location.origin

const Waiting = ({ children }: { children: ReactNode }) => (
  <Group gap="sm" role="status">
    <Loader type="dots" size="sm" />
    <Text>{children}</Text>
  </Group>
)

/** Three ways in, the quickest first. */
function ConnectHelp({ connect: { webhooks } }: { connect: Connect }) {
  const github = webhooks.find(({ source }) => source === 'github')
  return (
    <SimpleGrid cols={{ base: 1, lg: 3 }} spacing="lg">
      <Way title="Look around with a demo" time="One minute: a year of believable history">
        <CopyLine value="npm run demo" label="command" />
      </Way>
      <Way title="Import a git repository" time="Two minutes: your own past, from a clone on this machine">
        <CopyLine value="bin/daytwo import:git /path/to/repository" label="command" />
      </Way>
      <Way title={`Connect ${sourceTitles.github} and ${sourceTitles.jira}`} time="Ten minutes: live from then on">
        {github ? (
          <>
            <CopyLine value={github.url} label="address" />
            <Text size="sm">
              {github.secret_hint ?? (
                <>
                  Its secret: set <Code>GITHUB_WEBHOOK_SECRET</Code> and start again, or make a connection of its own.
                </>
              )}
            </Text>
          </>
        ) : null}
        <TextLink to="/connect" underline="always" fz="sm">
          Step by step
        </TextLink>
      </Way>
    </SimpleGrid>
  )
}

const Way = ({ title, time, children }: { title: string; time: string; children: ReactNode }) => (
  <Stack gap={6} miw={0}>
    <div>
      <Title order={4} fz="sm" fw={600}>
        {title}
      </Title>
      <Text size="sm" c="dimmed">
        {time}
      </Text>
    </div>
    {children}
  </Stack>
)
