/** What to click at each source, in order. */
import { Code } from '@mantine/core'
import type { ReactNode } from 'react'

type Source = 'github' | 'jira'

export const sourceTitles: Record<Source, string> = { github: 'GitHub', jira: 'Jira' }

export const steps: Record<Source, readonly { key: string; text: ReactNode }[]> = {
  github: [
    {
      key: 'where',
      text: 'Open the settings of your organisation (or of one repository), then Webhooks, then Add webhook.',
    },
    {
      key: 'paste',
      text: (
        <>
          Paste the payload address and the secret; choose <Code>application/json</Code>.
        </>
      ),
    },
    {
      key: 'events',
      text: (
        <>
          Choose these events: deployments, deployment statuses, pull requests, pull request reviews, pushes, releases,
          workflow runs, issues.
        </>
      ),
    },
    { key: 'ping', text: 'Save. GitHub sends a ping at once, and this page shows that it came.' },
  ],
  jira: [
    { key: 'where', text: 'As an administrator, open System, then Webhooks (under Advanced), then Create a webhook.' },
    { key: 'paste', text: 'Paste the payload address and the secret.' },
    { key: 'events', text: 'Choose issue created, updated, deleted, and sprint started, closed.' },
    {
      key: 'jql',
      text: (
        <>
          Limit it with JQL if you like, for example <Code>project in (SHOP, OPS)</Code>.
        </>
      ),
    },
  ],
}
