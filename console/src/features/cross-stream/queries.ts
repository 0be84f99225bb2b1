/** The requests of the pages across streams. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { crossStreamPairReply, crossStreamReply } from '#modules/delivery/correlation/schemas.ts'
import { call, type Query } from '~/api/client.ts'

/** Relations, the most striking first, page by page. They change at most once an hour. */
export const crossStreamQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['cross-stream', query],
    queryFn: ({ signal, pageParam }) =>
      call(crossStreamReply, '/metrics/cross-stream', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })

/** One relation with both series. */
export const pairQuery = (query: Query) =>
  queryOptions({
    queryKey: ['cross-stream-pair', query],
    queryFn: ({ signal }) => call(crossStreamPairReply, '/metrics/cross-stream/pair', { query, signal }),
  })
