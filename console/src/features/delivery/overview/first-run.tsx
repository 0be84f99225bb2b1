/** An empty instance: three ways to see figures, the quickest first. */
import { Box, Group, Paper, SimpleGrid, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconGitBranch, IconPlayerPlay, IconWebhook } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import { CopyLine } from '~/ui/copy.tsx'
import { ButtonLink } from '~/ui/link.tsx'
import { Page } from '~/ui/page.tsx'

/** What an instance without a single deployment shows in place of the overview. */
export const FirstRun = () => (
  <Page
    title="Delivery"
    lead="Nothing has come in yet. Pick a way to see your first figures; you can add the others later."
  >
    <SimpleGrid cols={{ base: 1, md: 3 }} component="ol" p={0} m={0}>
      <Way
        icon={IconPlayerPlay}
        title="Look around with a demo"
        time="one minute"
        text="A year of believable history of a small company, to see what every page does."
      >
        <CopyLine value="npm run demo" label="command" />
      </Way>
      <Way
        icon={IconGitBranch}
        title="Import a git repository"
        time="two minutes"
        text="Reads release tags and commits of a clone on this machine: your own past, without any connection."
      >
        <CopyLine value="bin/daytwo import:git /path/to/repository" label="command" />
      </Way>
      <Way
        icon={IconWebhook}
        title="Connect GitHub and Jira"
        time="ten minutes"
        text="Webhooks keep it live: deployments, pull requests, incidents, a few seconds after they happen."
      >
        <ButtonLink to="/connect" variant="filled">
          Show me how
        </ButtonLink>
      </Way>
    </SimpleGrid>
  </Page>
)

type WayProps = {
  icon: ComponentType<{ size?: number; stroke?: number }>
  title: string
  time: string
  text: string
  children: ReactNode
}

const Way = ({ icon: Icon, title, time, text, children }: WayProps) => (
  <Paper p="lg" component="li" display="block">
    <Stack gap="md" h="100%">
      <Group gap="sm" wrap="nowrap">
        <ThemeIcon size={40} radius="xl" variant="light">
          <Icon size={20} stroke={1.6} />
        </ThemeIcon>
        <div>
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed">
            {time}
          </Text>
        </div>
      </Group>
      <Text>{text}</Text>
      <Box mt="auto">{children}</Box>
    </Stack>
  </Paper>
)
