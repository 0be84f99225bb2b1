/** `/auth/register`, `/auth/invitation` and `/auth/tenant`: coming in, and going from one tenant to another. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '#kernel/context/index.ts'
import { forbidden, notFound, Problem } from '#kernel/errors/index.ts'
import { contextOf, type Http } from '#kernel/http/index.ts'
import type { Person, SignInReply } from '#modules/people/index.ts'
import { accept, previewInvitation } from './accept-invitation.ts'
import type { Deps } from './deps.ts'
import { memberships } from './member-queries.ts'
import { confirm, register } from './register.ts'
import {
  accepted,
  invitationAcceptance,
  invitationAccepted,
  invitationPreview,
  invitationToken,
  registrationConfirmation,
  registrationConfirmed,
  registrationRequest,
  tenantChoice,
  tenantChosen,
} from './schemas.ts'
import type { Elsewhere } from './who-confirms.ts'

const tags = ['signing in']
const open = { public: 'the mailed token is the credential', limit: 'sign-in' as const }

export const authRoutes = (deps: Deps) => (http: Http) => {
  const { people } = deps

  /** Whoever is signed in here; a credential that is no longer good counts as none. */
  async function callerOf(request: FastifyRequest): Promise<Context | undefined> {
    const caller = await deps.callerOf(request).catch((error: unknown) => {
      if (error instanceof Problem && error.type.status === 401) return undefined
      throw error
    })
    return caller?.actor.type === 'person' ? { ...caller, requestId: request.id } : undefined
  }

  /** Cookies are set for pages of this address only; a program that is signed in by its token sets none. */
  function requireOwnPage(request: FastifyRequest, caller: Context | undefined) {
    if (!caller || caller.cookie) people.requireSameOrigin(request)
  }

  /**
   * A new account signs in, here or where it is told to; somebody who is signed in goes on in the tenant, with new tokens. Where people
   * sign in elsewhere a mailed link opens no session: it would pass by all that the provider asks for.
   */
  async function enter(
    request: FastifyRequest,
    reply: FastifyReply,
    caller: Context | undefined,
    { person, isNew, elsewhere }: { person: Person; isNew: boolean; elsewhere: Elsewhere },
    tenantId: string | null,
  ) {
    if (isNew && elsewhere) return { status: 'sign-in-elsewhere' as const, provider: elsewhere.label }
    const answer =
      isNew || !caller
        ? await people.signIn(request, reply, person, { method: 'invitation', secondFactor: false, tenantId })
        : await people.moveSession(request, reply, caller, tenantId)
    return signedIn(answer)
  }

  http.post(
    '/auth/register',
    {
      config: { public: 'somebody without an account asks for one', limit: 'sign-in' },
      schema: { tags, summary: 'Ask for a tenant', body: registrationRequest, response: { 202: accepted } },
    },
    async (request, reply) => {
      await register(deps, request.body)
      return reply.status(202).send({ status: 'accepted' })
    },
  )
  http.post(
    '/auth/register/confirm',
    {
      config: open,
      schema: {
        tags,
        summary:
          'Confirm the address; makes the account where there is none, without a session where people sign in elsewhere',
        body: registrationConfirmation,
        response: { 200: registrationConfirmed },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(request)
      requireOwnPage(request, caller)
      const done = await confirm(deps, caller, request.body, request.id)
      const tenantId = await deps.port.homeTenant(done.person.id)
      return { ...(await enter(request, reply, caller, done, tenantId)), registration: 'requested' as const }
    },
  )
  http.post(
    '/auth/invitation',
    {
      config: open,
      schema: {
        tags,
        summary: 'What an invitation is for',
        body: invitationToken,
        response: { 200: invitationPreview },
      },
    },
    (request) => previewInvitation(deps, request.body.token),
  )
  http.post(
    '/auth/invitation/accept',
    {
      config: open,
      schema: {
        tags,
        summary:
          'Accept an invitation; makes the account where there is none, without a session where people sign in elsewhere',
        body: invitationAcceptance,
        response: { 200: invitationAccepted },
      },
    },
    async (request, reply) => {
      const caller = await callerOf(request)
      requireOwnPage(request, caller)
      const done = await accept(deps, caller, request.body, request.id)
      return { ...(await enter(request, reply, caller, done, done.tenant.id)), tenant: done.tenant }
    },
  )
  http.post(
    '/auth/tenant',
    {
      config: { permission: 'session:read', idempotency: { none: 'going where one is already changes nothing' } },
      schema: { tags, summary: 'Switch to another tenant', body: tenantChoice, response: { 200: tenantChosen } },
    },
    async (request, reply) => {
      const ctx = contextOf(request)
      if (ctx.actor.type !== 'person') throw new Problem(forbidden, 'A key belongs to one tenant for good.')
      const wanted = { personId: ctx.actor.id, tenantId: request.body.tenant_id }
      const rows = await deps.database.platformTx('switch tenant', (tx) => tx.rows(memberships, wanted))
      const into = rows.find(({ status }) => status === 'active')
      if (!into) throw new Problem(notFound, 'You belong to no tenant with this id.')
      const answer = signedIn(await people.moveSession(request, reply, ctx, into.id))
      const { id, slug, name, timeZone, role, support } = into
      return { ...answer, tenant: { id, slug, name, time_zone: timeZone }, role, support }
    },
  )
}

function signedIn(answer: SignInReply) {
  if (answer.status !== 'signed-in') throw new Error('a session that is open was asked for a second factor')
  return answer
}
