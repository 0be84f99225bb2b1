/** Requests of the pages outside the console. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { methodsReply, type secondFactorNeededReply } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'

export type SecondFactorNeeded = z.output<typeof secondFactorNeededReply>

/** Which ways in there are. */
export const methodsQuery = queryOptions({
  queryKey: ['auth-methods'],
  queryFn: ({ signal }) => callAuth(methodsReply, '/methods', { signal }),
  staleTime: 60_000,
})
