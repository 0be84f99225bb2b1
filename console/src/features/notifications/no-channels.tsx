/** What to read where nobody is told anything. */
import { IconBellOff } from '@tabler/icons-react'
import { EmptyState } from '~/ui/states.tsx'

/** Why that matters, and what to do. */
export const NoChannels = () => (
  <EmptyState icon={IconBellOff} title="Nobody is told">
    Alerts are seen by whoever looks at this console. A channel tells Slack, PagerDuty, a mailbox or any system that
    takes webhooks.
  </EmptyState>
)
