/** Requests of the home page; most are those of the pages its boxes lead to. */
import { queryOptions } from '@tanstack/react-query'
import { deploymentList } from '#modules/delivery/facts/schemas.ts'
import { call } from '~/api/client.ts'

const liveMs = 15_000
export const lastDeploymentsShown = 5

/** The newest counted deployments. */
export const lastDeploymentsQuery = queryOptions({
  queryKey: ['deployments', 'last'],
  queryFn: ({ signal }) => call(deploymentList, '/deployments', { query: { limit: lastDeploymentsShown }, signal }),
  refetchInterval: liveMs,
})
