/** The receipt's requests. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { changesReply, receiptReply } from '#modules/delivery/dora/receipts/schemas.ts'
import { call, type Query } from '~/api/client.ts'

/** A number with its facts page by page; the pages after the first are of the first one's time. */
export const receiptQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['receipt', query],
    queryFn: ({ signal, pageParam }) =>
      call(receiptReply, '/metrics/dora/receipt', { query: { ...query, ...pageParam }, signal }),
    initialPageParam: {} as { cursor?: string; as_of?: string },
    getNextPageParam: ({ as_of, next_cursor: cursor }) => (cursor === null ? undefined : { cursor, as_of }),
    placeholderData: keepPreviousData,
  })

/** What changed a number since a time. */
export const receiptChangesQuery = (query: Query) =>
  queryOptions({
    queryKey: ['receipt-changes', query],
    queryFn: ({ signal }) => call(changesReply, '/metrics/dora/changes', { query, signal }),
    placeholderData: keepPreviousData,
  })
