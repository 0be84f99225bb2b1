/** A panel with a request of its own: one that fails leaves the others of the page as they are. */
import { Alert, Anchor, Box, Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { FormFailure } from './form-failure.tsx'
import { Panel } from './panel.tsx'

type LoadedPanelProps<Data> = {
  title: string
  note?: ReactNode
  action?: ReactNode
  /** Of the skeleton, in pixels. */
  height: number
  query: { data: Data | undefined; error: unknown; refetch: () => unknown }
  children: (data: Data) => ReactNode
}

/** Renders `children` with the data inside a titled panel, or what stands in for it. */
export function LoadedPanel<Data>({ query, height, children, ...panel }: LoadedPanelProps<Data>) {
  const again = (
    <Anchor component="button" type="button" inherit onClick={() => void query.refetch()}>
      Try again
    </Anchor>
  )
  return (
    <Panel {...panel}>
      {query.data !== undefined ? (
        <>
          {query.error ? (
            <Alert color="yellow" variant="light" mb="sm" p="xs">
              This may be old: it could not be renewed. {again}
            </Alert>
          ) : null}
          {children(query.data)}
        </>
      ) : query.error ? (
        <Box>
          <FormFailure error={query.error} />
          <Box mt="xs">{again}</Box>
        </Box>
      ) : (
        <Box aria-busy role="status" aria-label={`Loading ${panel.title}`}>
          <Skeleton height={height} />
        </Box>
      )}
    </Panel>
  )
}
