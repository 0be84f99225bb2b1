/** People who sign in to a whole test instance, and their authenticator apps. */
import assert from 'node:assert/strict'
import { randomId, randomToken } from '#kernel/clock/index.ts'
import { defaultTenantId, type PlatformRole } from '#kernel/context/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import { testApp } from '#test/support/app.ts'

const period = 30
export const isSignedIn = ({ status, json, text }: Reply) => {
  assert.equal(status, 200, text)
  assert.equal(json.status, 'signed-in')
}
/** What an answer says beside its request's own id. */
export const said = ({ status, json }: Reply) => {
  const { instance: _, request_id: _id, ...rest } = json
  return { status, ...rest }
}
export const slugOf = ({ json }: Reply) => String(json.type).split('/problems/')[1]
// biome-ignore lint/suspicious/noExplicitAny: replies are looked at field by field.
export type Reply = { status: number; json: any; text: string }

export async function factorBench(environment: Record<string, string> = {}) {
  const app = await testApp(environment)
  const { http, database, sql } = app
  const { people } = app.composed
  const password = 'violet harbour lantern orchard'
  // Hashing takes its time; all of these people have the same password.
  const passwordHash = await people.hashNewPassword(password, [])

  /** Requests as a program sends them. */
  function client(headers: Record<string, string> = {}) {
    const send =
      (method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT') =>
      async (url: string, payload?: object, more: Record<string, string> = {}): Promise<Reply> => {
        const reply = await http.inject({
          method,
          url,
          headers: { ...headers, ...more },
          ...(payload === undefined ? {} : { payload }),
        })
        const json = /json/.test(String(reply.headers['content-type'])) ? reply.json() : {}
        return { status: reply.statusCode, json, text: reply.body }
      }
    return { get: send('GET'), post: send('POST'), patch: send('PATCH'), delete: send('DELETE'), put: send('PUT') }
  }
  const anonymous = client()

  async function person(platformRole?: PlatformRole) {
    const email = `p-${randomId()}@example.com`
    const made = await database.platformTx('test', (tx) =>
      people.create(tx, { email, name: 'Maria Example', passwordHash, ...(platformRole ? { platformRole } : {}) }),
    )
    return { ...made, password }
  }
  const firstProof = (email: string) => anonymous.post('/auth/login', { email, password, transport: 'bearer' })

  /** With the password only: a person without a second factor. */
  async function signedIn(platformRole?: PlatformRole) {
    const who = await person(platformRole)
    const { status, json, text } = await firstProof(who.email)
    assert.equal(status, 200, text)
    assert.equal(json.status, 'signed-in', text)
    return { ...who, ...client({ authorization: `Bearer ${json.access_token}` }) }
  }

  /** The code that the app shows, `away` steps from now on the database's clock. */
  async function codeOf(secret: string, away = 0): Promise<string> {
    const { Secret, TOTP } = await import('otpauth')
    const [row] = await sql(`select extract(epoch from app.now())::float8 as seconds`)
    const timestamp = (Number(row!.seconds) + away * period) * 1000
    return TOTP.generate({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period, timestamp })
  }
  /** Somebody whose authenticator app is connected; its present code and the next are unused. */
  async function withTotp(platformRole?: PlatformRole) {
    const who = await signedIn(platformRole)
    const { json, text } = await who.post('/api/v1/account/totp')
    assert.match(json.secret ?? '', /^[A-Z2-7]{32}$/, text)
    const confirmed = await who.post('/api/v1/account/totp/confirm', { code: await codeOf(json.secret) })
    assert.equal(confirmed.status, 200, confirmed.text)
    await sql(`update person_totp set last_step = last_step - 1 where person_id = $1`, [who.id])
    return { ...who, secret: String(json.secret), recoveryCodes: confirmed.json.recovery_codes as string[] }
  }
  /** A sign-in that waits for the second proof, without the time that a password takes. */
  async function challengeOf(id: string): Promise<string> {
    const challenge = randomToken(32)
    await sql(
      `insert into second_factor_challenge (hash, person_id, how, expires_at)
      select $1, p.id, $3::jsonb || jsonb_build_object('passwordSince', extract(epoch from p.password_changed_at)::text),
        app.now() + interval '5 minutes' from person p where p.id = $2`,
      [sha256(challenge), id, JSON.stringify({ method: 'password', transport: 'bearer' })],
    )
    return challenge
  }
  /** The second proof of a sign-in; a challenge is made unless given. */
  async function prove(id: string, proof: object, challenge?: string): Promise<Reply> {
    return anonymous.post('/auth/second-factor', { challenge: challenge ?? (await challengeOf(id)), ...proof })
  }
  /** As if the person had signed in so many minutes ago. */
  const age = (id: string, minutes: number) =>
    sql(`update person_session set created_at = created_at - $2::int * interval '1 minute' where person_id = $1`, [
      id,
      minutes,
    ])

  const auditOf = (id: string) =>
    sql(
      `select action, subject, delta, actor_type, actor_id from audit_events where tenant_id = $1 and actor_id = $2 order by id`,
      [defaultTenantId, id],
    )
  const mailOf = (email: string) => sql('select subject from mail where to_address = $1 order by id', [email])

  return {
    app,
    sql,
    database,
    people,
    client,
    anonymous,
    password,
    person,
    firstProof,
    signedIn,
    codeOf,
    withTotp,
    challengeOf,
    prove,
    age,
    auditOf,
    mailOf,
  }
}
