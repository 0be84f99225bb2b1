/** `/account`: a person's own name, password and sessions. Keys have none of these. */
import { z } from 'zod'
import { noTenantId } from '#kernel/context/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import {
  type AccountDeps,
  changePassword,
  endOtherSessions,
  endOwnSession,
  ownSessions,
  readAccount,
  renameAccount,
} from './account.ts'
import type { Door } from './door.ts'
import {
  accountChange,
  accountReply,
  endedSessions,
  ownSessions as ownSessionsReply,
  passwordChange,
  sessionId,
  signInReply,
} from './schemas.ts'

const own = { permission: 'session:read' }
const tags = ['people']

export const accountRoutes =
  (deps: AccountDeps & { readonly door: Door }) =>
  (http: Http): void => {
    http.get(
      '/account',
      { config: own, schema: { tags, summary: 'Your account', response: { 200: accountReply } } },
      async (request) => accountOf(await readAccount(deps, contextOf(request))),
    )

    http.patch(
      '/account',
      {
        config: own,
        schema: { tags, summary: 'Change your name', body: accountChange, response: { 200: accountReply } },
      },
      async (request) => accountOf(await renameAccount(deps, contextOf(request), request.body.name)),
    )

    http.post(
      '/account/password',
      {
        config: { ...own, idempotency: { none: 'a repeat finds the old password gone; the answer holds tokens' } },
        schema: {
          tags,
          summary: 'Replace your password',
          description: 'Ends all other sessions; this one gets new tokens.',
          body: passwordChange,
          response: { 200: signInReply },
        },
      },
      async (request, reply) => {
        const ctx = contextOf(request)
        const { current_password: current, password } = request.body
        await changePassword(deps, ctx, { current, password })
        return deps.door.moveSession(request, reply, ctx, ctx.tenantId === noTenantId ? null : ctx.tenantId)
      },
    )

    http.get(
      '/account/sessions',
      { config: own, schema: { tags, summary: 'Your sessions', response: { 200: ownSessionsReply } } },
      async (request) => ({
        sessions: (await ownSessions(deps, contextOf(request))).map((session) => ({
          id: session.id,
          current: session.current,
          method: session.method,
          second_factor: session.secondFactor,
          client: session.client,
          user_agent: session.userAgent,
          created_at: session.createdAt.toISOString(),
          last_seen_at: session.lastSeenAt.toISOString(),
          expires_at: session.expiresAt.toISOString(),
          ends_at: session.endsAt.toISOString(),
        })),
      }),
    )

    http.delete(
      '/account/sessions/:id',
      {
        config: own,
        schema: { tags, summary: 'End one of your sessions', params: sessionId, response: { 204: z.null() } },
      },
      async (request, reply) => {
        await endOwnSession(deps, contextOf(request), request.params.id)
        return reply.status(204).send(null)
      },
    )

    http.post(
      '/account/sessions/end-others',
      {
        config: { ...own, idempotency: { none: 'ending what has ended changes nothing' } },
        schema: { tags, summary: 'End all your other sessions', response: { 200: endedSessions } },
      },
      async (request) => ({ ended: await endOtherSessions(deps, contextOf(request)) }),
    )
  }

const accountOf = (person: Awaited<ReturnType<typeof readAccount>>) => ({
  id: person.id,
  email: person.email,
  name: person.name,
  platform_role: person.platformRole,
  has_password: person.passwordHash !== null,
  password_changed_at: person.passwordChangedAt?.toISOString() ?? null,
  created_at: person.createdAt.toISOString(),
})
