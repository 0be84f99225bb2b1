/** One request's four states: loading (a skeleton of the final size), failed, old data that cannot be renewed, there. */
import { Alert, Anchor, Box } from '@mantine/core'
import { IconCloudOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ErrorState } from './states.tsx'

type LoadedProps<Data> = {
  query: {
    data: Data | undefined
    error: unknown
    isPlaceholderData?: boolean
    refetch: () => unknown
  }
  skeleton: ReactNode
  children: (data: Data) => ReactNode
}

/** Renders `children` with the data, or what stands in for it. */
export function Loaded<Data>({ query, skeleton, children }: LoadedProps<Data>) {
  if (query.data === undefined) {
    if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    return (
      <Box aria-busy role="status" aria-label="Loading">
        {skeleton}
      </Box>
    )
  }
  return (
    <Box aria-busy={query.isPlaceholderData} opacity={query.isPlaceholderData ? 0.6 : 1}>
      {query.error ? (
        <Alert icon={<IconCloudOff size={18} />} color="yellow" variant="light" mb="md" title="This may be old">
          The last attempt to renew it failed.{' '}
          <Anchor component="button" type="button" inherit onClick={() => void query.refetch()}>
            Try again
          </Anchor>
        </Alert>
      ) : null}
      {children(query.data)}
    </Box>
  )
}
