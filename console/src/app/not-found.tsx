/** An address that leads nowhere. */
import { IconMapOff } from '@tabler/icons-react'
import { ButtonLink } from '~/ui/link.tsx'
import { Page } from '~/ui/page.tsx'
import { EmptyState } from '~/ui/states.tsx'

export const NotFound = () => (
  <Page title="There is no such page">
    <EmptyState
      icon={IconMapOff}
      title="Nothing lives at this address"
      actions={<ButtonLink to="/">To the overview</ButtonLink>}
    >
      It may have been mistyped, or belong to a newer version of daytwo.
    </EmptyState>
  </Page>
)
