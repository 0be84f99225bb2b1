/** The error boundary: a page failed to render, or its script could not be loaded after an update. */
import { Button, Code, Text } from '@mantine/core'
import { IconBug } from '@tabler/icons-react'
import { Page } from '~/ui/page.tsx'
import { EmptyState } from '~/ui/states.tsx'

/** Shown in place of a page that threw. */
export const Crashed = ({ error }: { error: unknown }) => (
  <Page title="This page broke">
    <EmptyState
      icon={IconBug}
      title="The console failed to show this page"
      actions={<Button onClick={() => window.location.reload()}>Reload</Button>}
    >
      <Text>If daytwo was updated a moment ago, reloading mends it. Otherwise this is a fault of ours:</Text>
      <Code block mt="sm">
        {error instanceof Error ? error.message : String(error)}
      </Code>
    </EmptyState>
  </Page>
)
