/** Requests about events that came in, and about what runs by the clock. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { eventList, eventReply, type eventRow, type eventStatuses } from '#modules/intake/schemas.ts'
import { scheduleList } from '#modules/operations/schemas.ts'
import { call, type Query } from '~/api/client.ts'

export type Schedule = z.output<typeof scheduleList>['schedules'][number]
/** The work whose rows are events. */
export const eventWork = 'event_queue'

/** Its last run ended badly. */
export const hasFailed = ({ last_outcome: outcome }: Schedule): boolean =>
  outcome !== null && /^(failed|error)/i.test(outcome)
export type EventRow = z.output<typeof eventRow>
export type EventStatus = (typeof eventStatuses)[number]

/** The queue, newest first, page by page. */
export const eventsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['events', query],
    queryFn: ({ signal, pageParam }) => call(eventList, '/events', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  })

export type EventDetail = z.output<typeof eventReply>

/** One event with its payload and the facts it caused. */
export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => call(eventReply, `/events/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 5000,
  })

/** What runs by the clock. */
export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) => call(scheduleList, '/schedules', { signal }),
  refetchInterval: 5000,
})
