/** Requests of the pages outside the console. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { methodsReply, type secondFactorNeededReply, setupState } from '#modules/people/schemas.ts'
import { callAuth } from '~/api/client.ts'

export type SecondFactorNeeded = z.output<typeof secondFactorNeededReply>

/** Which ways in there are. */
export const methodsQuery = queryOptions({
  queryKey: ['auth-methods'],
  queryFn: ({ signal }) => callAuth(methodsReply, '/methods', { signal }),
  staleTime: 60_000,
})

/** Of a new account that takes no password: a name that was left empty is not sent, and the address gives one. */
export const nameOnly = (name: string) => (name.trim() === '' ? {} : { name })

/** Whether nobody has an account yet. */
export const setupQuery = queryOptions({
  queryKey: ['auth-setup'],
  queryFn: ({ signal }) => callAuth(setupState, '/setup', { signal }),
})
