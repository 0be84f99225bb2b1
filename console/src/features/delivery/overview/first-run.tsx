/** Delivery of an instance without a single deployment: the way to the first figures is on Home. */
import { IconRocket } from '@tabler/icons-react'
import { ButtonLink } from '~/ui/link.tsx'
import { Page } from '~/ui/page.tsx'
import { EmptyState } from '~/ui/states.tsx'

/** Stands in place of the overview. */
export const FirstRun = () => (
  <Page title="Delivery" lead="Nothing has come in yet.">
    <EmptyState
      icon={IconRocket}
      title="No deployment is known"
      actions={
        <>
          <ButtonLink to="/">To the first steps</ButtonLink>
          <ButtonLink to="/connect" variant="default">
            Connect a source
          </ButtonLink>
        </>
      }
    >
      Run the demo, import a git repository or connect GitHub: figures appear here a few seconds after the first
      deployment.
    </EmptyState>
  </Page>
)
