/** Requests of the platform's pages: tenants, registrations, people. */
import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  personList,
  type personReply,
  type platformTenant,
  platformTenantList,
  registrationList,
  type registrationReply,
} from '#modules/tenants/schemas.ts'
import { call, type Query } from '~/api/client.ts'

const liveMs = 10_000

export type Tenant = z.output<typeof platformTenant>
export type Registration = z.output<typeof registrationReply>
export type Person = z.output<typeof personReply>

/** Newest first, page by page. */
export const tenantsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['tenants', 'list', query],
    queryFn: ({ signal, pageParam }) =>
      call(platformTenantList, '/tenants', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs,
  })

/** One tenant as the platform sees it, found in the list; null when there is none with this id. */
export const tenantQuery = (id: string) =>
  queryOptions({
    queryKey: ['tenants', 'one', id],
    queryFn: async ({ signal }): Promise<Tenant | null> => {
      let cursor: string | null = null
      do {
        const page: z.output<typeof platformTenantList> = await call(platformTenantList, '/tenants', {
          query: { limit: 200, cursor },
          signal,
        })
        const found = page.tenants.find((tenant) => tenant.id === id)
        if (found) return found
        cursor = page.next_cursor
      } while (cursor !== null)
      return null
    },
    refetchInterval: liveMs,
  })

export const registrationsQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['registrations', 'list', query],
    queryFn: ({ signal, pageParam }) =>
      call(registrationList, '/registrations', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs,
  })

/** Those that wait for a decision, for the home page. */
export const waitingRegistrationsQuery = queryOptions({
  queryKey: ['registrations', 'waiting'],
  queryFn: ({ signal }) => call(registrationList, '/registrations', { query: { status: 'requested' }, signal }),
  refetchInterval: liveMs * 3,
})

export const peopleQuery = (query: Query) =>
  infiniteQueryOptions({
    queryKey: ['people', query],
    queryFn: ({ signal, pageParam }) => call(personList, '/people', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: liveMs,
  })

/** What changes when a tenant or a person does. */
export const renewPlatform = (client: QueryClient) =>
  Promise.all(
    ['tenants', 'registrations', 'people', 'audit', 'support-access'].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  )
