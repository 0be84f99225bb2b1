/** `/auth/*`: signing in with a password, refreshing, signing out, set-up and reset. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Problem } from '#kernel/errors/index.ts'
import type { Http } from '#kernel/http/index.ts'
import { type Door, type DoorDeps, where } from './door.ts'
import type { Later, PeoplePort, Transport } from './ports.ts'
import { refreshOvertaken, sessionEnded } from './problems.ts'
import { type ResetDeps, type Resets, resetPassword } from './reset.ts'
import {
  accepted,
  loginRequest,
  methodsReply,
  refreshRequest,
  resetConfirmation,
  resetRequest,
  setupRequest,
  setupState,
  signedInReply,
  signInReply,
  signOutRequest,
} from './schemas.ts'
import { endByToken, refreshSession } from './sessions.ts'
import { type SetUpDeps, setUp, wasSetUp } from './set-up.ts'
import { checkPassword, type PasswordDeps } from './sign-in.ts'

export type AuthDeps = PasswordDeps &
  DoorDeps &
  SetUpDeps &
  ResetDeps & {
    readonly door: Door
    readonly resets: Resets
    readonly later: Later
    /** Whether a forgotten password can be replaced by mail. */
    readonly mayReset: () => boolean
    readonly afterFirstProof: PeoplePort['afterFirstProof']
  }

export const signInRoutes =
  (deps: AuthDeps) =>
  (http: Http): void => {
    const { database, cookies, door, resets, later, afterFirstProof } = deps
    const open = (reason: string) => ({ public: reason, limit: 'sign-in' as const })
    const guard = (request: FastifyRequest, transport: Transport) => {
      if (transport === 'cookie') door.requireOwnCookies(request)
    }

    http.get(
      '/auth/methods',
      {
        config: { public: 'says how to sign in', limit: 'anonymous' },
        schema: { tags: ['people'], summary: 'Ways to sign in', response: { 200: methodsReply } },
      },
      async () => {
        const others = await later.methods()
        return { ...others, password: true, passkey: deps.passwordsFor() === 'everybody', reset: deps.mayReset() }
      },
    )

    http.post(
      '/auth/login',
      {
        config: open('the password is the credential'),
        schema: {
          tags: ['people'],
          summary: 'Sign in with a password',
          body: loginRequest,
          response: { 200: signInReply },
        },
      },
      async (request, reply) => {
        const { email, password, transport } = request.body
        guard(request, transport)
        const device = transport === 'cookie' ? request.cookies[cookies.device.name] : undefined
        const person = await checkPassword(deps, { email, password, device, requestId: request.id })
        return afterFirstProof(request, reply, person, {
          method: 'password',
          transport,
          passwordSince: person.passwordSince,
        })
      },
    )

    http.post(
      '/auth/refresh',
      {
        config: { public: 'the refresh token is the credential', limit: 'anonymous' },
        schema: {
          tags: ['people'],
          summary: 'New tokens for a session',
          body: refreshRequest,
          response: { 200: signedInReply },
        },
      },
      async (request, reply) => {
        const given = request.body?.refresh_token
        const transport = given === undefined ? 'cookie' : 'bearer'
        guard(request, transport)
        const token = given ?? request.cookies[cookies.refresh.name]
        if (!token) throw new Problem(sessionEnded, 'The request carries no refresh token.')
        try {
          const opened = await refreshSession(database, token, where(request))
          return (await door.answer(reply, opened, transport)) as z.infer<typeof signedInReply>
        } catch (error) {
          // The one that was overtaken keeps its cookies: they are the other's new ones by now.
          if (transport === 'cookie' && error instanceof Problem && error.type !== refreshOvertaken) door.forget(reply)
          throw error
        }
      },
    )

    http.post(
      '/auth/sign-out',
      {
        config: { public: 'ends nothing but the session whose tokens it brings', limit: 'anonymous' },
        schema: { tags: ['people'], summary: 'Sign out', body: signOutRequest, response: { 204: z.null() } },
      },
      async (request, reply) => {
        const given = request.body?.refresh_token
        const bearer = /^Bearer (eyJ\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
        if (given === undefined && bearer === undefined) door.requireOwnCookies(request)
        const accessToken = bearer ?? (given === undefined ? request.cookies[cookies.access.name] : undefined)
        const said = accessToken === undefined ? undefined : await deps.tokens.verify(accessToken)
        const refreshToken = given ?? (bearer === undefined ? request.cookies[cookies.refresh.name] : undefined)
        await database.platformTx('sign out', async (tx) => {
          if (refreshToken) await endByToken(tx, refreshToken, undefined, 'signed out', where(request))
          if (said) await endByToken(tx, undefined, said.sessionId, 'signed out', where(request))
        })
        door.forget(reply)
        return reply.status(204).send(null)
      },
    )

    http.get(
      '/auth/setup',
      {
        config: { public: 'says whether anybody was here before', limit: 'anonymous' },
        schema: { tags: ['people'], summary: 'Whether the instance is set up', response: { 200: setupState } },
      },
      async () => ({ needed: !(await wasSetUp(database)) }),
    )

    http.post(
      '/auth/setup',
      {
        config: open('the token is the credential'),
        schema: {
          tags: ['people'],
          summary: 'Make an administrator with a set-up link',
          body: setupRequest,
          response: { 200: signInReply },
        },
      },
      async (request, reply) => {
        const { token, transport, ...admin } = request.body
        guard(request, transport)
        const person = await setUp(deps, token, admin, request.id)
        return door.signIn(request, reply, person, { method: 'setup', secondFactor: false, transport })
      },
    )

    http.post(
      '/auth/reset/request',
      {
        config: open('asks for a mail to the owner of the address'),
        schema: {
          tags: ['people'],
          summary: 'Ask for a new password by mail',
          body: resetRequest,
          response: { 202: accepted },
        },
      },
      async (request, reply) => {
        resets.ask(request.body.email, request.id)
        return reply.status(202).send({ status: 'accepted' as const })
      },
    )

    http.post(
      '/auth/reset',
      {
        config: open('the mailed token is the credential'),
        schema: {
          tags: ['people'],
          summary: 'Choose a new password with a mailed link',
          body: resetConfirmation,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await resetPassword(deps, request.body.token, request.body.password, request.id)
        return reply.status(204).send(null)
      },
    )
  }
