/** Skeletons of the size of what replaces them, so that nothing jumps. */
import { Paper, SimpleGrid, Skeleton, Stack } from '@mantine/core'

/** As many table rows as a first page usually shows. */
export function TableSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <Paper p="md">
      <Stack gap={14}>
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have no identity
          <Skeleton key={row} height={22} width={row === 0 ? '40%' : '100%'} />
        ))}
      </Stack>
    </Paper>
  )
}

/** A grid of panels of one height. */
export function PanelsSkeleton({
  count,
  height,
  cols,
}: {
  count: number
  height: number
  cols: Record<string, number>
}) {
  return (
    <SimpleGrid cols={cols}>
      {Array.from({ length: count }, (_, panel) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: panels of a skeleton have no identity
        <Skeleton key={panel} height={height} radius="md" />
      ))}
    </SimpleGrid>
  )
}
