/** Requests about groups of the identity provider and the roles they give. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { mappingList, type mappingReply } from '#modules/sso/schemas.ts'
import { call } from '~/api/client.ts'

export type Mapping = z.output<typeof mappingReply>
export type Provider = NonNullable<z.output<typeof mappingList>['provider']>

/** Newest first, page by page; each page says what the provider is. */
export const mappingsQuery = infiniteQueryOptions({
  queryKey: ['oidc-mappings'],
  queryFn: ({ signal, pageParam }) => call(mappingList, '/oidc-mappings', { query: { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
})
