/** What stands one above the other appears at once: a part that comes late would push away what is read below it. */
import { Box } from '@mantine/core'
import type { ReactNode } from 'react'

type TogetherProps = {
  /**
   * Of the parts whose size depends on the answer; failed is answered too, and stays so while it is asked again: a part that
   * went away then would be mounted anew by each failure, and ask once more.
   */
  queries: readonly { data: unknown; errorUpdateCount: number }[]
  skeleton: ReactNode
  children: ReactNode
}

/** The skeleton until every query has its first answer. */
export function Together({ queries, skeleton, children }: TogetherProps) {
  const waits = queries.some(({ data, errorUpdateCount }) => data === undefined && errorUpdateCount === 0)
  return waits ? (
    <Box aria-busy role="status" aria-label="Loading">
      {skeleton}
    </Box>
  ) : (
    children
  )
}
