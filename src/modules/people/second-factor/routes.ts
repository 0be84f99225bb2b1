/** `/auth/second-factor`, and one's own factors below `/api/v1/account`. */
import { z } from 'zod'
import { contextOf, type Http } from '#kernel/http/index.ts'
import { toReply } from '../passkeys/manage-passkeys.ts'
import { passkeysOf } from '../passkeys/queries.ts'
import { passkeysAt } from '../passkeys/relying-party.ts'
import { signInReply } from '../schemas.ts'
import { completeChallenge } from './challenge.ts'
import { confirmOwnSession } from './confirm-session.ts'
import { type Deps, sessionOf } from './deps.ts'
import { readFresh } from './fresh.ts'
import type { SecondFactorPort } from './index.ts'
import { factorsOf, lockTotp, recoveryCodesMadeAt } from './queries.ts'
import { renewRecoveryCodes } from './recovery-codes.ts'
import {
  confirmation,
  confirmed,
  recoveryCodes,
  secondFactorList,
  secondFactorProof,
  totpConfirmation,
  totpConfirmed,
  totpEnrolment,
} from './schemas.ts'
import { confirmOwnTotp, confirmWithinMinutes, removeOwnTotp, startOwnTotp } from './totp-enrolment.ts'

const own = { permission: 'session:read' }
const tags = ['people']
/** Codes are guessed; nobody types that many in a minute. */
const tries = 20

export const secondFactorRootRoutes = (deps: Deps) => (http: Http) => {
  http.post(
    '/auth/second-factor',
    {
      config: { public: 'the challenge and the proof are the credentials', limit: 'sign-in' },
      schema: {
        tags: ['people'],
        summary: 'Finish a sign-in with a second factor',
        body: secondFactorProof,
        response: { 200: signInReply },
      },
    },
    async (request, reply) => {
      const { challenge, ...proof } = request.body
      const { person, how } = await completeChallenge(deps, challenge, proof, {
        requestId: request.id,
        admit: ({ transport }) => transport === 'bearer' || deps.people.requireSameOrigin(request),
      })
      return deps.people.signIn(request, reply, person, { ...how, secondFactor: true })
    },
  )
}

export const secondFactorRoutes = (deps: Deps, isDue: SecondFactorPort['isDue']) => (http: Http) => {
  http.get(
    '/account/second-factors',
    { config: own, schema: { tags, summary: 'Your second factors', response: { 200: secondFactorList } } },
    async (request) => {
      const ctx = contextOf(request)
      const { personId, sessionId } = sessionOf(ctx)
      const fresh = await readFresh(deps, ctx)
      const found = await deps.database.platformTx('list second factors', async (tx) => ({
        person: (await deps.people.byId(tx, personId))!,
        totp: await tx.row(lockTotp, { personId, minutes: confirmWithinMinutes }),
        passkeys: await tx.rows(passkeysOf, { personId }),
        left: (await tx.row(factorsOf, { ids: [personId] }))!.recoveryCodes,
        madeAt: (await tx.row(recoveryCodesMadeAt, { personId }))!.madeAt,
      }))
      const { confirmedAt, lastUsedAt } = found.totp ?? { confirmedAt: null, lastUsedAt: null }
      return {
        totp: confirmedAt && {
          confirmed_at: confirmedAt.toISOString(),
          last_used_at: lastUsedAt?.toISOString() ?? null,
        },
        passkeys: found.passkeys.map(toReply),
        recovery_codes: { left: found.left, made_at: found.madeAt?.toISOString() ?? null },
        required: await isDue(found.person, sessionId),
        confirmed_until: fresh?.toISOString() ?? null,
        passkeys_here: passkeysAt(deps.party, request.host),
      }
    },
  )

  http.post(
    '/account/confirm',
    {
      config: { ...own, idempotency: { none: 'proving it twice is proving it' }, limit: tries },
      schema: { tags, summary: 'Prove again that it is you', body: confirmation, response: { 200: confirmed } },
    },
    async (request) => confirmOwnSession(deps, contextOf(request), request.body),
  )

  http.post(
    '/account/totp',
    {
      config: { ...own, idempotency: { none: 'each secret replaces the one that waits to be confirmed' } },
      schema: { tags, summary: 'Begin to connect an authenticator app', response: { 200: totpEnrolment } },
    },
    async (request) => ({
      ...(await startOwnTotp(deps, contextOf(request))),
      expires_in_seconds: confirmWithinMinutes * 60,
    }),
  )

  http.post(
    '/account/totp/confirm',
    {
      config: { ...own, idempotency: { none: 'it is confirmed once; again is refused' }, limit: tries },
      schema: {
        tags,
        summary: 'Connect it, with the code it shows',
        body: totpConfirmation,
        response: { 200: totpConfirmed },
      },
    },
    async (request) => ({ recovery_codes: await confirmOwnTotp(deps, contextOf(request), request.body.code) }),
  )

  http.delete(
    '/account/totp',
    { config: own, schema: { tags, summary: 'Remove the authenticator app', response: { 204: z.null() } } },
    async (request, reply) => {
      await removeOwnTotp(deps, contextOf(request))
      return reply.status(204).send(null)
    },
  )

  http.post(
    '/account/recovery-codes',
    {
      config: {
        ...own,
        idempotency: { none: 'each set replaces the one before, and a lost answer is asked for again' },
      },
      schema: { tags, summary: 'New recovery codes in place of the old', response: { 200: recoveryCodes } },
    },
    async (request) => ({ recovery_codes: await renewRecoveryCodes(deps, contextOf(request)) }),
  )
}
