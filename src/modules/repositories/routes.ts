/** `/github` below the API, and the way back from GitHub. */
import { z } from 'zod'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { beginAuthorization, endAuthorization, finishAuthorization } from './authorizations.ts'
import { connectRepositories } from './connect.ts'
import type { Deps } from './deps.ts'
import { disconnectRepository } from './disconnect.ts'
import { listRepositories, lookAtGitHub } from './look.ts'
import {
  authorizationAnswer,
  authorizationId,
  authorizationReply,
  beganAuthorization,
  gitHubReply,
  newAuthorization,
  repositoryList,
  repositoryQuery,
  webhookParams,
  webhooksMade,
  webhooksToMake,
} from './schemas.ts'

const tags = ['repositories']
const read = { permission: 'connections:read' }
const write = { permission: 'connections:write' }

export const repositoryRoutes =
  (deps: Deps) =>
  (http: Http): void => {
    http.get(
      '/github',
      {
        config: read,
        schema: { tags, summary: 'Which repositories of GitHub are connected', response: { 200: gitHubReply } },
      },
      (request) => lookAtGitHub(deps, contextOf(request)),
    )

    http.post(
      '/github/authorizations',
      {
        config: { ...write, idempotency: { none: 'it sets a cookie; each browser begins its own' } },
        schema: {
          tags,
          summary: 'Begin to let daytwo make webhooks at GitHub for you',
          body: newAuthorization,
          response: { 201: beganAuthorization },
        },
      },
      async (request, reply) => {
        const url = await beginAuthorization(deps, contextOf(request), reply, request.body)
        return reply.status(201).send({ url: url.href })
      },
    )

    http.post(
      '/github/authorizations/finish',
      {
        config: { ...write, idempotency: { none: "GitHub's answer works once" } },
        schema: {
          tags,
          summary: 'Finish it with what GitHub answered',
          body: authorizationAnswer,
          response: { 201: authorizationReply },
        },
      },
      async (request, reply) => {
        const made = await finishAuthorization(deps, contextOf(request), request, reply, request.body.answer)
        return reply.status(201).send(made)
      },
    )

    http.delete(
      '/github/authorizations/:id',
      {
        config: write,
        schema: {
          tags,
          summary: 'Give the authorization back to GitHub',
          params: authorizationId,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await endAuthorization(deps, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )

    http.get(
      '/github/authorizations/:id/repositories',
      {
        config: write,
        schema: {
          tags,
          summary: 'The repositories that your account at GitHub sees, a hundred at a time',
          params: authorizationId,
          querystring: repositoryQuery,
          response: { 200: repositoryList },
        },
      },
      (request) => listRepositories(deps, contextOf(request), request.params.id, request.query.page ?? 1),
    )

    http.post(
      '/github/authorizations/:id/webhooks',
      {
        config: { ...write, idempotency: { none: 'repeating it finds the webhooks that exist' } },
        schema: {
          tags,
          summary: 'Connect repositories',
          params: authorizationId,
          body: webhooksToMake,
          response: { 200: webhooksMade },
        },
      },
      (request) => connectRepositories(deps, contextOf(request), request.params.id, request.body.repositories),
    )

    http.delete(
      '/github/authorizations/:id/webhooks/:owner/:name',
      {
        config: write,
        schema: { tags, summary: 'Disconnect a repository', params: webhookParams, response: { 204: z.null() } },
      },
      async (request, reply) => {
        const { id, owner, name } = request.params
        await disconnectRepository(deps, contextOf(request), id, `${owner}/${name}`)
        return reply.status(204).send(null)
      },
    )
  }

/** What GitHub says on the way back. */
const answered = ['code', 'state', 'error', 'error_description'] as const

/**
 * The way back from GitHub leads to the console, which finishes it as the person who is signed in: access may have to be renewed by
 * then. The answer travels behind the `#`, so that no log has it; it is worth nothing without the cookie and the session.
 */
export const callbackRoute =
  (consoleUrl: string) =>
  (http: Http): void => {
    http.get(
      '/auth/github/callback/repositories',
      {
        config: { public: 'it only sends the browser on to the console', limit: 'anonymous' },
        schema: { hide: true },
      },
      async (request, reply) => {
        const said = new URLSearchParams(request.url.split('?').slice(1).join('?').slice(0, 4000))
        const kept = answered.flatMap((name) => {
          const value = said.get(name)
          return value === null ? [] : [[name, value.slice(0, 400)] as [string, string]]
        })
        const url = new URL(`${consoleUrl}/integrations/github`)
        url.hash = new URLSearchParams(kept).toString()
        return reply.header('cache-control', 'no-store').redirect(url.href, 303)
      },
    )
  }
