/** What stands where content would be: nothing there yet, or something went wrong. */
import { Anchor, Button, Code, Group, Paper, Stack, Text, ThemeIcon, Title } from '@mantine/core'
import { IconAlertTriangle, IconPlugConnectedX, IconRefreshAlert } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import { ApiProblem, NetworkFailure } from '~/api/failure.ts'

type StateProps = {
  icon: ComponentType<{ size?: number; stroke?: number }>
  title: string
  children?: ReactNode
  actions?: ReactNode
  tone?: 'quiet' | 'alert'
}

function StatePanel({ icon: Icon, title, children, actions, tone = 'quiet' }: StateProps) {
  return (
    <Paper p="xl" role={tone === 'alert' ? 'alert' : undefined}>
      <Stack align="center" gap="sm" maw={560} mx="auto" py="lg" ta="center">
        <ThemeIcon size={48} radius="xl" variant="light" color={tone === 'alert' ? 'red' : 'pine'}>
          <Icon size={24} stroke={1.6} />
        </ThemeIcon>
        <Title order={2}>{title}</Title>
        {children}
        {actions ? (
          <Group mt="xs" justify="center">
            {actions}
          </Group>
        ) : null}
      </Stack>
    </Paper>
  )
}

/** Nothing to show, why, and what to do about it. */
export function EmptyState(props: Omit<StateProps, 'tone'>) {
  return (
    <StatePanel {...props}>
      <Text c="dimmed" component="div">
        {props.children}
      </Text>
    </StatePanel>
  )
}

/** A failure with its cause and remedy; `onRetry` asks again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const retry = onRetry ? (
    <Button variant="default" onClick={onRetry}>
      Try again
    </Button>
  ) : null
  if (error instanceof ApiProblem)
    return (
      <StatePanel
        tone="alert"
        icon={IconAlertTriangle}
        title={error.body.title}
        actions={
          <>
            {retry}
            <Anchor href={error.body.type}>What to do about it</Anchor>
          </>
        }
      >
        <Text>{error.body.detail}</Text>
        {error.body.instance ? (
          <Text c="dimmed" size="sm">
            Request id <Code>{error.body.instance}</Code>
          </Text>
        ) : null}
      </StatePanel>
    )
  if (error instanceof NetworkFailure)
    return (
      <StatePanel tone="alert" icon={IconPlugConnectedX} title="The server does not answer" actions={retry}>
        <Text>
          Look whether daytwo is running (<Code>bin/daytwo up</Code>) and whether this machine reaches it.
        </Text>
      </StatePanel>
    )
  return (
    <StatePanel
      tone="alert"
      icon={IconRefreshAlert}
      title="The console does not understand the reply"
      actions={<Button onClick={() => window.location.reload()}>Reload the console</Button>}
    >
      <Text>The server was probably updated while this page was open.</Text>
      <Code>{error instanceof Error ? error.message : String(error)}</Code>
    </StatePanel>
  )
}
