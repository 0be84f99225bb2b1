/** Requests about groups of the identity provider and the roles they give. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { mappingList, type mappingReply } from '#modules/sso/schemas.ts'
import { call } from '~/api/client.ts'

export type Mapping = z.output<typeof mappingReply>
export type Provider = NonNullable<z.output<typeof mappingList>['provider']>

export const mappingsQuery = queryOptions({
  queryKey: ['oidc-mappings'],
  queryFn: ({ signal }) => call(mappingList, '/oidc-mappings', { signal }),
})
