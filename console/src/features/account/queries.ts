/** Requests about one's own account. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { accountReply, type ownSession, ownSessions } from '#modules/people/schemas.ts'
import { secondFactorList } from '#modules/people/second-factor/schemas.ts'
import { call } from '~/api/client.ts'

export type Account = z.output<typeof accountReply>
export type OwnSession = z.output<typeof ownSession>
type SecondFactors = z.output<typeof secondFactorList>
/** What several panels show parts of. */
export type FactorsQuery = { data: SecondFactors | undefined; error: unknown; refetch: () => unknown }
export type Passkey = SecondFactors['passkeys'][number]

export const accountQuery = queryOptions({
  queryKey: ['account', 'self'],
  queryFn: ({ signal }) => call(accountReply, '/account', { signal }),
})
export const secondFactorsQuery = queryOptions({
  queryKey: ['account', 'second-factors'],
  queryFn: ({ signal }) => call(secondFactorList, '/account/second-factors', { signal }),
})
export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => call(ownSessions, '/account/sessions', { signal }),
})
