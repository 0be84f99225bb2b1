/** `/auth/passkey`, and one's own passkeys below `/api/v1/account`. */
import { z } from 'zod'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { signInReply } from '../schemas.ts'
import { optionsFor, personOfPasskey } from '../second-factor/challenge.ts'
import type { Deps } from '../second-factor/deps.ts'
import { addPasskey, removePasskey, renameOwnPasskey, startPasskey } from './manage-passkeys.ts'
import { partyAt } from './relying-party.ts'
import {
  addedPasskey,
  newPasskey,
  passkeyCreationOptions,
  passkeyId,
  passkeyOptionsRequest,
  passkeyReply,
  passkeyRequestOptions,
  passkeySignIn,
  renamedPasskey,
} from './schemas.ts'

const own = { permission: 'session:read' }
const tags = ['people']

export const passkeyRootRoutes = (deps: Deps) => (http: Http) => {
  http.post(
    '/auth/passkey/options',
    {
      config: { public: 'what is to be signed says nothing about anybody', limit: 'sign-in' },
      schema: {
        tags: ['people'],
        summary: 'What a passkey is to sign',
        body: passkeyOptionsRequest,
        response: { 200: passkeyRequestOptions },
      },
    },
    async (request) => optionsFor(deps, partyAt(deps.party, request.host), request.body.challenge),
  )
  http.post(
    '/auth/passkey',
    {
      config: { public: 'what the passkey signed is the credential', limit: 'sign-in' },
      schema: {
        tags: ['people'],
        summary: 'Sign in with a passkey',
        body: passkeySignIn,
        response: { 200: signInReply },
      },
    },
    async (request, reply) => {
      const { response, transport } = request.body
      if (transport !== 'bearer') deps.people.requireSameOrigin(request)
      const { person, passkeyId } = await personOfPasskey(deps, response, request.id)
      return deps.people.signIn(request, reply, person, { method: 'passkey', secondFactor: true, transport, passkeyId })
    },
  )
}

export const passkeyRoutes = (deps: Deps) => (http: Http) => {
  http.post(
    '/account/passkeys/options',
    {
      config: { ...own, idempotency: { none: 'nothing is made but something to sign' } },
      schema: { tags, summary: 'Begin to add a passkey', response: { 200: passkeyCreationOptions } },
    },
    async (request) => startPasskey(deps, contextOf(request), partyAt(deps.party, request.host)),
  )
  http.post(
    '/account/passkeys',
    {
      config: { ...own, idempotency: { none: 'what was signed is taken once' } },
      schema: { tags, summary: 'Add a passkey', body: newPasskey, response: { 201: addedPasskey } },
    },
    async (request, reply) => {
      const party = partyAt(deps.party, request.host)
      return reply.status(201).send(await addPasskey(deps, contextOf(request), party, request.body))
    },
  )
  http.patch(
    '/account/passkeys/:id',
    {
      config: own,
      schema: {
        tags,
        summary: 'Rename a passkey',
        params: passkeyId,
        body: renamedPasskey,
        response: { 200: passkeyReply },
      },
    },
    async (request) => renameOwnPasskey(deps, contextOf(request), request.params.id, request.body.name),
  )
  http.delete(
    '/account/passkeys/:id',
    {
      config: own,
      schema: { tags, summary: 'Remove a passkey', params: passkeyId, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await removePasskey(deps, contextOf(request), request.params.id)
      return reply.status(204).send(null)
    },
  )
}
