/** Requests about connections: addresses with secrets of their own. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { connectionList } from '#modules/intake/schemas.ts'
import { call } from '~/api/client.ts'

export type Connection = z.output<typeof connectionList>['connections'][number]

/** All connections of the tenant. */
export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: ({ signal }) => call(connectionList, '/connections', { signal }),
})
