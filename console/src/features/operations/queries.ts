/** Requests of the operations pages; what changes by itself is asked again while it is looked at. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { alertList, alertReply, type alertRow, integrationHealth } from '#modules/alerts/schemas.ts'
import {
  databaseReport,
  deadLetterList,
  requeueReply,
  type requeueRequest,
  workHistory,
  workList,
  workRow,
} from '#modules/operations/schemas.ts'
import { retentionReply } from '#modules/retention/schemas.ts'
import { settingList, type settingRow } from '#modules/settings/schemas.ts'
import { call, type Query } from '~/api/client.ts'

const liveMs = 5000
const slowMs = 30_000

export type Work = z.output<typeof workList>['work'][number]
export type WorkPoint = z.output<typeof workHistory>['points'][number]
export type DeadLetter = z.output<typeof deadLetterList>['dead_letters'][number]
export type DeadLetterGroup = z.output<typeof deadLetterList>['groups'][number]
export type WorkRow = z.output<typeof workRow>
export type Alert = z.output<typeof alertRow>
export type AlertDetail = z.output<typeof alertReply>
export type Condition = z.output<typeof alertList>['conditions'][number]
export type Severity = Alert['severity']
export type SourceHealth = z.output<typeof integrationHealth>['sources'][number]
export type DatabaseReport = z.output<typeof databaseReport>
export type Retention = z.output<typeof retentionReply>
export type Setting = z.output<typeof settingRow>

/** Every kind of work and how much of it waits. */
export const workQuery = queryOptions({
  queryKey: ['work'],
  queryFn: ({ signal }) => call(workList, '/work', { signal }),
  refetchInterval: liveMs,
})

/** What was done a minute, of the last so many minutes. */
export const workHistoryQuery = (minutes: number) =>
  queryOptions({
    queryKey: ['work-history', minutes],
    queryFn: ({ signal }) => call(workHistory, '/work/history', { query: { minutes }, signal }),
    refetchInterval: slowMs,
    placeholderData: keepPreviousData,
  })

/** Dead letters of a work by the kind of error, page by page. */
export const deadLettersQuery = (work: string, query: Query) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', work, query],
    queryFn: ({ signal, pageParam }) =>
      call(deadLetterList, `/work/${encodeURIComponent(work)}/dead-letters`, {
        query: { ...query, cursor: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs * 2,
  })

/** One row of a work, whatever its status, with what it carries. */
export const workRowQuery = (work: string, id: string) =>
  queryOptions({
    queryKey: ['work-row', work, id],
    queryFn: ({ signal }) =>
      call(workRow, `/work/${encodeURIComponent(work)}/rows/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: liveMs,
  })

/** Which dead letters are meant: these, those that match, or every one. */
export type Chosen = Pick<z.input<typeof requeueRequest>, 'ids' | 'filter' | 'all'>

/** Requeues dead letters, or (`dryRun`) only counts them. */
export const requeue = (work: string, chosen: Chosen, dryRun: boolean, signal?: AbortSignal) =>
  call(requeueReply, `/work/${encodeURIComponent(work)}/requeue`, {
    method: 'POST',
    body: { ...chosen, dry_run: dryRun },
    ...(signal ? { signal } : {}),
  })

/** How many would be requeued; asked anew each time. */
export const requeueCountQuery = (work: string, chosen: Chosen) =>
  queryOptions({
    queryKey: ['requeue-count', work, chosen],
    queryFn: ({ signal }) => requeue(work, chosen, true, signal),
    staleTime: 0,
    gcTime: 0,
  })

/** What is open now: for the overview and the count in the navigation. */
export const openAlertsQuery = (everyMs: number) =>
  queryOptions({
    queryKey: ['alerts', 'open'],
    queryFn: ({ signal }) => call(alertList, '/admin/system-alerts', { query: { state: 'open', limit: 100 }, signal }),
    refetchInterval: everyMs,
  })

/** Alerts, newest first, page by page, with all conditions. */
export const alertsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['alerts', 'list', query],
    queryFn: ({ signal, pageParam }) =>
      call(alertList, '/admin/system-alerts', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs * 2,
  })

/** One alert with all that happened to it. */
export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: ({ signal }) => call(alertReply, `/admin/system-alerts/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: liveMs * 2,
  })

/** How every source does. */
export const integrationHealthQuery = queryOptions({
  queryKey: ['integration-health'],
  queryFn: ({ signal }) => call(integrationHealth, '/admin/integration-health', { signal }),
  refetchInterval: liveMs * 2,
})

/** Connections, statements, tables, indexes. */
export const databaseReportQuery = queryOptions({
  queryKey: ['database-report'],
  queryFn: ({ signal }) => call(databaseReport, '/database-report', { signal }),
  refetchInterval: slowMs,
})

/** What is kept for how long, and what was moved to the archive. */
export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: ({ signal }) => call(retentionReply, '/retention', { signal }),
  refetchInterval: slowMs,
})

/** Everything that may be changed at run time. */
export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call(settingList, '/settings', { signal }),
})
