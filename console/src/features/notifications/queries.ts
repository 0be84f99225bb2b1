/** Requests about who is told of alerts, and who was. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  channelList,
  type channelRow,
  type channelTest,
  notificationList,
  type notificationRow,
} from '#modules/notifications/schemas.ts'
import { call, type Query } from '~/api/client.ts'

const liveMs = 10_000

export type Channel = z.output<typeof channelRow>
export type Notification = z.output<typeof notificationRow>
export type Tested = z.output<typeof channelTest>

export const channelsQuery = queryOptions({
  queryKey: ['notifications', 'channels'],
  queryFn: ({ signal }) => call(channelList, '/notification-channels', { signal }),
  refetchInterval: liveMs * 3,
})

/** Newest first, page by page. */
export const notificationsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['notifications', 'list', query],
    queryFn: ({ signal, pageParam }) =>
      call(notificationList, '/notifications', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs,
  })

/** What channels were told of one alert. */
export const toldOfQuery = (alert: string) =>
  queryOptions({
    queryKey: ['notifications', 'of-alert', alert],
    queryFn: ({ signal }) => call(notificationList, '/notifications', { query: { alert, limit: 20 }, signal }),
    refetchInterval: liveMs,
  })
