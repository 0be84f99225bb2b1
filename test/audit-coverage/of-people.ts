/** What people do to their accounts and sessions, and how they come in. */
import { softwareAuthenticator } from '../support/authenticator.ts'
import {
  alpha,
  app,
  asAlpha,
  bench,
  type Caller,
  keep,
  kept,
  type Line,
  nobody,
  other,
  owner,
  password,
  personWith,
  registered,
  sql,
  tokenTo,
} from './ground.ts'

/** Whose second factors come and go, signed in as a program is. */
const factors = await bench.signedIn()
const self = async (): Promise<Caller> => {
  const { json } = await bench.firstProof(factors.email)
  return { headers: { authorization: `Bearer ${json.access_token}` }, actor: `person ${factors.id}` }
}
let factorSession: Caller
const passkey = softwareAuthenticator('http://localhost:3333')

export const ofPeople: Record<string, Line> = {
  'PATCH /account': {
    as: other,
    payload: { name: 'Mia Example' },
    action: 'people.person-changed',
    before: ['name'],
    after: ['name'],
  },
  'POST /auth/login': {
    as: nobody(`person ${other.id}`),
    payload: { email: other.email, password: other.password, transport: 'bearer' },
    action: 'people.signed-in',
    after: ['method'],
  },
  'POST /account/sessions/end-others': { as: other, action: 'people.sessions-ended', after: ['ended'] },
  'DELETE /account/sessions/{id}': {
    as: other,
    path: async () => {
      await bench.firstProof(other.email)
      const [session] = await sql(
        'select id from person_session where person_id = $1 and revoked_at is null order by created_at desc limit 1',
        [other.id],
      )
      return `/account/sessions/${session!.id}`
    },
    action: 'people.session-ended',
    after: ['why'],
  },
  'POST /account/password': {
    as: other,
    payload: { current_password: other.password, password: password.next },
    action: 'people.password-changed',
    after: ['endedSessions'],
  },
  'POST /auth/reset/request': {
    as: nobody(`person ${factors.id}`),
    payload: { email: factors.email },
    action: 'people.reset-asked',
  },
  'POST /auth/reset': {
    as: nobody(`person ${factors.id}`),
    payload: async () => ({ token: await tokenTo(factors.email), password: password.first }),
    action: 'people.password-reset',
    after: ['endedSessions'],
  },
  'POST /account/confirm': {
    as: async () => {
      const session = await self()
      await bench.age(factors.id, 11)
      return session
    },
    payload: { method: 'password', password: password.first },
    action: 'people.session-confirmed',
    after: ['method'],
  },
  'POST /account/totp/confirm': {
    as: async () => {
      factorSession = await self()
      return factorSession
    },
    payload: async () => {
      const { json } = await bench.client(factorSession.headers).post('/api/v1/account/totp')
      return { code: await bench.codeOf(json.secret) }
    },
    action: 'people.totp-added',
    learns: (reply) => {
      kept.code = reply.recovery_codes[0]
    },
  },
  'POST /auth/second-factor': {
    as: nobody(`person ${factors.id}`),
    payload: async () => ({
      challenge: (await bench.firstProof(factors.email)).json.challenge,
      method: 'recovery-code',
      code: kept.code,
    }),
    action: ['people.recovery-code-used', 'people.signed-in'],
    after: ['method'],
  },
  'POST /account/recovery-codes': { as: () => factorSession, action: 'people.recovery-codes-renewed' },
  'POST /account/passkeys': {
    as: () => factorSession,
    payload: async () => {
      const { json } = await bench.client(factorSession.headers).post('/api/v1/account/passkeys/options')
      return { name: 'Mine', response: passkey.create(json) }
    },
    action: 'people.passkey-added',
    after: ['name'],
    learns: keep('passkey', 'passkey.id'),
  },
  'PATCH /account/passkeys/{id}': {
    as: () => factorSession,
    path: () => `/account/passkeys/${kept.passkey}`,
    payload: { name: 'Renamed' },
    action: 'people.passkey-renamed',
    before: ['name'],
    after: ['name'],
  },
  'POST /auth/passkey': {
    as: nobody(`person ${factors.id}`),
    payload: async () => {
      const { json } = await bench.anonymous.post('/auth/passkey/options', {})
      return { response: passkey.get(json), transport: 'bearer' }
    },
    action: 'people.signed-in',
    after: ['method'],
  },
  'DELETE /account/passkeys/{id}': {
    as: () => factorSession,
    path: () => `/account/passkeys/${kept.passkey}`,
    action: 'people.passkey-removed',
    before: ['name'],
  },
  'DELETE /account/totp': { as: () => factorSession, action: 'people.totp-removed' },
  'POST /auth/setup': {
    as: nobody(personWith('root@example.com')),
    payload: async () => ({
      token: (await app.composed.people.createSetupUrl('further')).split('token=')[1],
      email: 'root@example.com',
      name: 'Root',
      password: password.next,
    }),
    action: ['people.administrator-made', 'people.signed-in'],
    after: ['method'],
  },
  'POST /auth/register/confirm': {
    as: nobody(personWith('asks@example.com')),
    payload: async () => ({ token: await registered('asks@example.com'), name: 'Asks', password: password.next }),
    action: ['tenants.registered', 'people.signed-in'],
    after: ['method'],
  },
  'POST /auth/invitation/accept': {
    as: nobody(personWith('joins@example.com')),
    payload: async () => {
      const invited = { email: 'joins@example.com', role: 'viewer' }
      await app.http.inject({ method: 'POST', url: '/api/v1/invitations', headers: asAlpha, payload: invited })
      return { token: await tokenTo(invited.email), name: 'Joins', password: password.next }
    },
    action: ['tenants.invitation-accepted', 'people.signed-in'],
    after: ['method'],
  },
  'POST /auth/tenant': {
    as: owner,
    payload: async () => {
      const beta = await app.tenant()
      await app.database.platformTx('test', (tx) =>
        app.composed.tenants.addMember(tx, {
          tenantId: beta.tenantId,
          personId: owner.id,
          role: 'viewer',
          source: 'command',
        }),
      )
      return { tenant_id: beta.tenantId }
    },
    action: 'people.tenant-entered',
  },
  'POST /auth/sign-out': {
    as: async () => {
      const { id, headers } = await app.person({ tenantId: alpha.tenantId })
      return { headers, actor: `person ${id}` }
    },
    action: 'people.session-ended',
    after: ['why'],
  },
}
