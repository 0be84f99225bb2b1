/** Requests about connecting repositories of GitHub. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import {
  authorizationReply,
  beganAuthorization,
  gitHubReply,
  repositoryList,
  webhooksMade,
} from '#modules/repositories/schemas.ts'
import { call } from '~/api/client.ts'

export type GitHub = z.output<typeof gitHubReply>
export type Authorization = z.output<typeof authorizationReply>
export type Connected = GitHub['repositories'][number]
export type RepositoryPage = z.output<typeof repositoryList>
export type Repository = z.output<typeof repositoryList>['repositories'][number]
export type Result = z.output<typeof webhooksMade>['results'][number]

/** What is connected, and whether one can connect; the first word is the topic of what changes it. */
export const gitHubQuery = queryOptions({
  queryKey: ['repositories', 'github'],
  queryFn: ({ signal }) => call(gitHubReply, '/github', { signal }),
})

/** What the account at GitHub sees; asked once, for GitHub counts. */
export const repositoriesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['repositories-at-github', id],
    queryFn: ({ pageParam: page, signal }) =>
      call(repositoryList, `/github/authorizations/${id}/repositories`, { query: { page }, signal }),
    initialPageParam: 1,
    getNextPageParam: ({ next_page: next }) => next,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const begin = (seesPrivate: boolean) =>
  call(beganAuthorization, '/github/authorizations', { method: 'POST', body: { private: seesPrivate } })

export const finish = (answer: string) =>
  call(authorizationReply, '/github/authorizations/finish', { method: 'POST', body: { answer } })

export const connect = (id: string, repositories: readonly string[]) =>
  call(webhooksMade, `/github/authorizations/${id}/webhooks`, { method: 'POST', body: { repositories } })

export const disconnect = (id: string, repository: string) =>
  call(z.unknown(), `/github/authorizations/${id}/webhooks/${repository}`, { method: 'DELETE' })

export const endAuthorization = (id: string) => call(z.unknown(), `/github/authorizations/${id}`, { method: 'DELETE' })
