/** The delivery pages' requests. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { bandsReply, doraReply, leadTimeReply, overviewReply } from '#modules/delivery/dora/schemas.ts'
import { deploymentList, deploymentReply, incidentList, streamList } from '#modules/delivery/facts/schemas.ts'
import { flowReply } from '#modules/delivery/flow/schemas.ts'
import { forecastReply } from '#modules/delivery/forecast/schemas.ts'
import { sprintReply, velocityReply } from '#modules/delivery/sprints/schemas.ts'
import { sourceRepositoryList } from '#modules/polling/schemas.ts'
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

/** Sprints that closed in the window and those that run, with their averages. */
export const velocityQuery = (query: Query) =>
  queryOptions({
    queryKey: ['velocity', query],
    queryFn: ({ signal }) => call(velocityReply, '/metrics/velocity', { query, signal }),
    refetchInterval: liveMs,
    placeholderData: keepPreviousData,
  })

/** One sprint with its items, in its newest revisions or older ones. */
export const sprintQuery = (id: string, query: Query) =>
  queryOptions({
    queryKey: ['sprint', id, query],
    queryFn: ({ signal }) => call(sprintReply, `/sprints/${encodeURIComponent(id)}`, { query, signal }),
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

/** Work items: in progress, finished, and how long they take. */
export const flowQuery = (query: Query) =>
  queryOptions({
    queryKey: ['flow', query],
    queryFn: ({ signal }) => call(flowReply, '/metrics/flow', { query, signal }),
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

/** Repositories that GitHub lists and that belong to no stream, as far as one page goes. */
export const unassignedAtGitHubQuery = queryOptions({
  queryKey: ['repositories', 'unassigned'],
  queryFn: ({ signal }) =>
    call(sourceRepositoryList, '/repositories', { query: { unassigned: 'true', limit: 200 }, signal }),
  staleTime: 60_000,
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

/** Forecasts of a stream, what was said before, and whether it held. */
export const forecastQuery = (query: Query) =>
  queryOptions({
    queryKey: ['forecast', query],
    queryFn: ({ signal }) => call(forecastReply, '/metrics/forecast', { query, signal }),
    placeholderData: keepPreviousData,
  })
