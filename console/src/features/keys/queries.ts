/** Requests about API keys. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { keyList, type keyReply } from '#modules/access/schemas.ts'
import { call } from '~/api/client.ts'

export type Key = z.output<typeof keyReply>

/** Newest first, page by page. */
export const keysQuery = infiniteQueryOptions({
  queryKey: ['api-keys'],
  queryFn: ({ signal, pageParam }) => call(keyList, '/api-keys', { query: { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
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
