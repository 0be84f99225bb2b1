/** Requests about mails that went out or wait. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { mailList, mailReply, type mailRow } from '#modules/mail/schemas.ts'
import { call, type Query } from '~/api/client.ts'

const liveMs = 5000

export type Mail = z.output<typeof mailRow>
export type MailDetail = z.output<typeof mailReply>

/** Newest first, page by page. */
export const mailsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['mail', 'list', query],
    queryFn: ({ signal, pageParam }) => call(mailList, '/mail', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs,
  })

/** Those that will not be tried again, for the home page. */
export const failedMailsQuery = queryOptions({
  queryKey: ['mail', 'failed'],
  queryFn: ({ signal }) => call(mailList, '/mail', { query: { state: 'failed' }, signal }),
  refetchInterval: liveMs * 6,
})

export const mailQuery = (id: string) =>
  queryOptions({
    queryKey: ['mail', 'one', id],
    queryFn: ({ signal }) => call(mailReply, `/mail/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: liveMs,
  })
