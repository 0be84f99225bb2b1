/** The delivery pages' requests. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { bandsReply, doraReply, leadTimeReply, overviewReply } from '#modules/delivery/dora/schemas.ts'
import { deploymentList, deploymentReply, incidentList, streamList } from '#modules/delivery/facts/schemas.ts'
import { call, type Query } from '~/api/client.ts'

const liveMs = 15_000

/** The five metrics with their series; renewed while it is looked at. */
export const doraQuery = (query: Query) =>
  queryOptions({
    queryKey: ['dora', query],
    queryFn: ({ signal }) => call(doraReply, '/metrics/dora', { query, signal }),
    refetchInterval: liveMs,
    placeholderData: keepPreviousData,
  })

/** The metrics of every stream. */
export const doraStreamsQuery = (query: Query) =>
  queryOptions({
    queryKey: ['dora-streams', query],
    queryFn: ({ signal }) => call(overviewReply, '/metrics/dora/streams', { query, signal }),
    refetchInterval: liveMs,
    placeholderData: keepPreviousData,
  })

/** Lead time in total and by stage. */
export const leadTimeQuery = (query: Query) =>
  queryOptions({
    queryKey: ['lead-time', query],
    queryFn: ({ signal }) => call(leadTimeReply, '/metrics/lead-time', { query, signal }),
    refetchInterval: liveMs,
    placeholderData: keepPreviousData,
  })

/** The benchmark bands; they change with a release. */
export const bandsQuery = queryOptions({
  queryKey: ['bands'],
  queryFn: ({ signal }) => call(bandsReply, '/metrics/bands', { signal }),
  staleTime: 600_000,
})

/** All streams, and repositories that belong to none. */
export const streamsQuery = queryOptions({
  queryKey: ['streams'],
  queryFn: ({ signal }) => call(streamList, '/streams', { signal }),
})

/** Deployments, newest first, page by page. */
export const deploymentsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['deployments', query],
    queryFn: ({ signal, pageParam }) =>
      call(deploymentList, '/deployments', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })

/** One deployment with its changes and failures. */
export const deploymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['deployment', id],
    queryFn: ({ signal }) => call(deploymentReply, `/deployments/${encodeURIComponent(id)}`, { signal }),
  })

/** Incidents, newest first, page by page. */
export const incidentsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['incidents', query],
    queryFn: ({ signal, pageParam }) =>
      call(incidentList, '/incidents', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  })
