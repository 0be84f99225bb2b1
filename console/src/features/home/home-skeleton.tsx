/** Home before it is known what it shows, in the sizes of what comes. */
import { Grid, Skeleton, Stack } from '@mantine/core'
import { PanelsSkeleton } from '~/ui/skeletons.tsx'
import { tileColumns, tileHeight } from './layout.ts'

export const HomeSkeleton = () => (
  <Stack gap="md" role="status" aria-label="Loading" aria-busy>
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Skeleton height={380} radius="md" />
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Skeleton height={380} radius="md" />
      </Grid.Col>
    </Grid>
    <PanelsSkeleton count={5} height={tileHeight} cols={tileColumns} />
  </Stack>
)
