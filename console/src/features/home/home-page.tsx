/** Home: the way to the first metric while there is none, what needs this person now, and how delivery goes. */
import { Button, Grid, Skeleton, Stack } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { useMay, useSession } from '~/app/session.tsx'
import { Page } from '~/ui/page.tsx'
import { DeliveryTiles } from './delivery-tiles.tsx'
import { type Shown, shownFor } from './first-steps-kept.ts'
import { HomeSkeleton } from './home-skeleton.tsx'
import { LastDeployments } from './last-deployments.tsx'
import { firstStepsHeight } from './layout.ts'
import { useNeeds } from './needs.tsx'
import { NeedsPanel } from './needs-panel.tsx'
import { useSteps } from './use-steps.ts'

// Only a new instance shows them.
const FirstSteps = lazy(() => import('./first-steps.tsx').then((module) => ({ default: module.FirstSteps })))

/** `/`. */
export function HomePage() {
  const { tenant } = useSession()
  const maySetUp = useMay('connections:write')
  const kept = shownFor(tenant?.id ?? '')
  const [shown, setShown] = useState<Shown>(() => (maySetUp && tenant ? kept.read() : 'done'))
  const steps = useSteps(shown !== 'done')
  const needs = useNeeds()
  const keep = (next: Shown) => {
    kept.write(next)
    setShown(next)
  }
  if (shown === 'unknown' && (steps.state === 'open' || steps.state === 'complete'))
    keep(steps.state === 'complete' ? 'done' : 'open')

  return (
    <Page
      title="Home"
      lead="What needs you now, and how delivery goes."
      actions={
        shown === 'dismissed' ? (
          <Button variant="default" size="xs" onClick={() => keep('open')}>
            Show the first steps
          </Button>
        ) : null
      }
    >
      {shown === 'unknown' && steps.state === 'waiting' ? (
        <HomeSkeleton />
      ) : (
        <Stack gap="md">
          {shown === 'open' ? (
            <Suspense fallback={<Skeleton height={firstStepsHeight} radius="md" />}>
              <FirstSteps steps={steps} onDismiss={() => keep(steps.state === 'complete' ? 'done' : 'dismissed')} />
            </Suspense>
          ) : null}
          {tenant ? (
            <>
              {needs.length > 0 ? (
                <Grid gap="md">
                  <Grid.Col span={{ base: 12, lg: 7 }}>
                    <NeedsPanel needs={needs} />
                  </Grid.Col>
                  <Grid.Col span={{ base: 12, lg: 5 }}>
                    <LastDeployments />
                  </Grid.Col>
                </Grid>
              ) : null}
              <DeliveryTiles />
              {needs.length === 0 ? <LastDeployments /> : null}
            </>
          ) : (
            <NeedsPanel needs={needs} />
          )}
        </Stack>
      )}
    </Page>
  )
}
