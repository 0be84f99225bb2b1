/** Requests about API keys. */
import { queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { keyList, type keyReply } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'

export type Key = z.output<typeof keyReply>

export const keysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal }) => call(keyList, '/api-keys', { signal }),
})

/** Where a key stands now. */
export function stateOf({
  revoked_at: revoked,
  expires_at: expires,
}: Key): 'active' | 'expiring' | 'expired' | 'revoked' {
  if (revoked !== null) return 'revoked'
  if (expires === null) return 'active'
  const left = Date.parse(expires) - Date.now()
  return left <= 0 ? 'expired' : left < 7 * 86_400_000 ? 'expiring' : 'active'
}
