/** Requests about the audit trail. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  anomalyPage,
  type anomalyRow,
  type auditEvent,
  auditFacets,
  auditPage,
  verificationReply,
} from '#modules/audit/schemas.ts'
import { call, type Query } from '~/api/client.ts'

const liveMs = 10_000

export type AuditEvent = z.output<typeof auditEvent>
export type Anomaly = z.output<typeof anomalyRow>
export type Verification = z.output<typeof verificationReply>

/** Newest first, page by page. */
export const auditQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['audit', 'list', query],
    queryFn: ({ signal, pageParam }) => call(auditPage, '/audit', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs,
  })

/** What there is to filter by. */
export const facetsQuery = queryOptions({
  queryKey: ['audit', 'facets'],
  queryFn: ({ signal }) => call(auditFacets, '/audit/facets', { signal }),
  staleTime: 60_000,
})

/** Anomalies, newest first, page by page, with what is looked for. */
export const anomaliesQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['anomalies', 'list', query],
    queryFn: ({ signal, pageParam }) =>
      call(anomalyPage, '/audit/anomalies', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs * 3,
  })

/** Those nobody acknowledged, for the home page. */
export const openAnomaliesQuery = queryOptions({
  queryKey: ['anomalies', 'open'],
  queryFn: ({ signal }) => call(anomalyPage, '/audit/anomalies', { query: { state: 'open' }, signal }),
  refetchInterval: liveMs * 3,
})

/** Computes the whole chain again. */
export const verifyChain = () => call(verificationReply, '/audit/verify', { method: 'POST', body: {} })

/** The address at which a browser downloads what the filters show. */
export function exportAddress(format: 'jsonl' | 'csv', filters: Query): string {
  const query = new URLSearchParams({ format })
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, String(value))
  return `/api/v1/audit/export?${query}`
}
