import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { commandContext } from '#kernel/context/index.ts'
import { jarOf, signIn, testApp, testPassword } from '#test/support/app.ts'
import { shiftClock } from '#test/support/clock.ts'

const app = await testApp()
const other = 'saddle thimble walnut breeze'

const clock = (offset: string) => shiftClock(app, offset)
type Headers = { cookie: string; 'sec-fetch-site': string }
const browser = (jar: string): Headers => ({ cookie: jar, 'sec-fetch-site': 'same-origin' })
const ask = (headers: Record<string, string>) => app.http.inject({ url: '/api/v1/session', headers })
const post = (url: string, headers: Record<string, string>, payload?: object) =>
  app.http.inject({ method: 'POST', url, headers, ...(payload ? { payload } : {}) })
const refresh = (headers: Record<string, string>, payload?: object) => post('/auth/refresh', headers, payload)
const settled = () => new Promise((resolve) => setTimeout(resolve, 600))
const problem = (reply: LightMyRequestResponse) => String(reply.json().type).replace('/problems/', '')
async function bearerOf(email: string) {
  const { access_token, refresh_token } = (
    await post('/auth/login', {}, { email, password: testPassword, transport: 'bearer' })
  ).json()
  return { access: { authorization: `Bearer ${access_token}` }, refresh_token: String(refresh_token) }
}
const sessionOf = async (personId: string) =>
  (await app.sql('select * from person_session where person_id = $1 order by created_at desc limit 1', [personId]))[0]!

test('[P1] [F20] of 50 refreshes of one token at once exactly one wins, and the session lives on', async () => {
  const maria = await app.person()
  const replies = await Promise.all(Array.from({ length: 50 }, () => refresh(maria.headers)))
  const won = replies.filter(({ statusCode }) => statusCode === 200)
  assert.equal(won.length, 1)
  const lost = replies.filter(({ statusCode }) => statusCode !== 200)
  assert.deepEqual([...new Set(lost.map(problem))], ['people/refresh-overtaken'])
  assert.ok(
    lost.every(({ cookies }) => cookies.length === 0),
    "the losers leave the winner's cookies alone",
  )
  const jar = jarOf(won[0]!)
  assert.notEqual(jar, maria.headers.cookie)
  assert.equal((await ask(browser(jar))).statusCode, 200)
  assert.equal((await refresh(browser(jar))).statusCode, 200)
})

test('[P1] [F20] a spent token that comes back ends the whole family, and that is written down', async () => {
  const maria = await app.person()
  const stolen = await bearerOf(maria.email)
  const thief = (await refresh({}, { refresh_token: stolen.refresh_token })).json()
  assert.equal(thief.status, 'signed-in')
  const lately = await refresh({}, { refresh_token: stolen.refresh_token })
  assert.equal(problem(lately), 'people/refresh-overtaken', 'for ten seconds it may be a race')
  assert.deepEqual(
    Object.keys(lately.json()).filter((key) => key.includes('token')),
    [],
  )
  await app.sql(`update spent_refresh_token set spent_at = spent_at - interval '11 seconds'`)
  const replays = await Promise.all(
    Array.from({ length: 10 }, () => refresh({}, { refresh_token: stolen.refresh_token })),
  )
  for (const replay of replays) assert.deepEqual([replay.statusCode, problem(replay)], [401, 'people/session-ended'])
  assert.equal(
    (await refresh({}, { refresh_token: thief.refresh_token })).statusCode,
    401,
    'the newest is worth nothing too',
  )
  await settled()
  for (const token of [thief.access_token, stolen.access.authorization.slice(7)])
    assert.equal((await ask({ authorization: `Bearer ${token}` })).statusCode, 401)
  const audit = await app.sql(
    `select subject from audit_events where action = 'people.refresh-replayed' and actor_id = $1`,
    [maria.id],
  )
  assert.equal(audit.length, 1, 'once, however often it is tried')
  assert.equal((await ask(maria.headers)).statusCode, 200, "the person's other session goes on")
})

test('[P1] [F20] 69: access token, idle and absolute end come to the second, by the database clock', async () => {
  const maria = await app.person()
  const seconds = (days: number) => days * 86_400
  const session = await sessionOf(maria.id)
  const start = (session.created_at as Date).getTime()
  async function to(after: number) {
    const [at] = await app.sql('select now() as now')
    await clock(`${(after - ((at!.now as Date).getTime() - start) / 1000).toFixed(3)} seconds`)
  }
  // A second late; early by what may go by between the shift and the question.
  await to(15 * 60 - 4)
  assert.equal((await ask(maria.headers)).statusCode, 200)
  await settled()
  await to(15 * 60 + 1)
  assert.equal((await ask(maria.headers)).statusCode, 401)
  await to(seconds(7) - 4)
  const refreshed = await refresh(maria.headers)
  assert.equal(refreshed.statusCode, 200, refreshed.body)
  let jar = jarOf(refreshed)
  for (const day of [13, 19, 25]) {
    await to(seconds(day))
    const again = await refresh(browser(jar))
    assert.equal(again.statusCode, 200, `day ${day}: ${again.body}`)
    jar = jarOf(again)
  }
  await to(seconds(30) - 4)
  const last = await refresh(browser(jar))
  assert.equal(last.statusCode, 200)
  await to(seconds(30) + 1)
  assert.equal((await ask(browser(jarOf(last)))).statusCode, 401, 'after 30 days it ends however much it was used')
  assert.equal((await refresh(browser(jarOf(last)))).statusCode, 401)
  await clock('0')
  const idle = await app.person()
  await clock('7 days 1 second')
  assert.equal((await refresh(idle.headers)).statusCode, 401, 'unused for 7 days')
  await clock('0')
})

test('[P1] 67: what a browser brings along is not what it is signed in with', async () => {
  const planted = 'daytwo_access=planted; daytwo_refresh=planted-refresh-token-of-an-attacker'
  const maria = await app.person()
  const jar = await signIn(app.http, maria.email, testPassword, planted)
  assert.ok(!jar.cookie.includes('planted'))
  // Signing in again in one browser: a new session, and the one before ends.
  const before = await sessionOf(maria.id)
  const again = await signIn(app.http, maria.email, testPassword, jar.cookie)
  const after = await sessionOf(maria.id)
  assert.notEqual(after.id, before.id)
  await settled()
  assert.equal((await ask(jar)).statusCode, 401)
  assert.equal((await ask(again)).statusCode, 200)
})

test('[P1] 67: coming back from an identity provider, a browser brings its access cookie alone: the session before ends too', async () => {
  const maria = await app.person()
  const jar = await signIn(app.http, maria.email, testPassword)
  const before = await sessionOf(maria.id)
  const lax = jar.cookie.split('; ').find((pair) => pair.startsWith('daytwo_access='))!
  await signIn(app.http, maria.email, testPassword, lax)
  const [ended] = await app.sql('select revoked_why as why from person_session where id = $1', [before.id])
  assert.equal(ended!.why, 'replaced')
})

test('[P1] 67: moving to another tenant gives a new id and new tokens; the old are worth nothing', async () => {
  const maria = await app.person()
  const beta = await app.tenant()
  await app.database.platformTx('test', (tx) =>
    app.composed.tenants.addMember(tx, {
      tenantId: beta.tenantId,
      personId: maria.id,
      role: 'viewer',
      source: 'command',
    }),
  )
  const before = await sessionOf(maria.id)
  const moved = await post('/auth/tenant', maria.headers, { tenant_id: beta.tenantId })
  assert.equal(moved.statusCode, 200, moved.body)
  const jar = browser(jarOf(moved))
  assert.equal((await ask(jar)).json().tenant.id, beta.tenantId)
  assert.notEqual((await sessionOf(maria.id)).id, before.id)
  await settled()
  assert.equal((await ask(maria.headers)).statusCode, 401)
  await app.sql(`update spent_refresh_token set spent_at = spent_at - interval '11 seconds'`)
  assert.equal((await refresh(maria.headers)).statusCode, 401)
  assert.equal((await refresh(jar)).statusCode, 401, 'the family is still one')
})

test('[P1] 68: a new password ends the other sessions and replaces this one', async () => {
  const maria = await app.person()
  const elsewhere = await signIn(app.http, maria.email, testPassword)
  const wrong = await post('/api/v1/account/password', maria.headers, { current_password: 'not it', password: other })
  assert.equal(problem(wrong), 'people/wrong-credentials')
  const none = await post('/api/v1/account/password', maria.headers, { password: other })
  assert.equal(none.statusCode, 403)
  const weak = await post('/api/v1/account/password', maria.headers, {
    current_password: testPassword,
    password: 'short',
  })
  assert.equal(weak.json().errors[0].pointer, '#/password')
  const changed = await post('/api/v1/account/password', maria.headers, {
    current_password: testPassword,
    password: other,
  })
  assert.equal(changed.statusCode, 200, changed.body)
  await settled()
  for (const headers of [maria.headers, elsewhere]) {
    assert.equal((await ask(headers)).statusCode, 401)
    assert.notEqual((await refresh(headers)).statusCode, 200)
  }
  assert.equal((await ask(browser(jarOf(changed)))).statusCode, 200)
  await assert.rejects(signIn(app.http, maria.email, testPassword))
  await signIn(app.http, maria.email, other)
})

test('[P1] [P4] 68: disabling somebody, and their leaving the tenant, works within a second', async () => {
  const maria = await app.person({ role: 'admin' })
  await app.sql('delete from member where person_id = $1', [maria.id])
  await settled()
  const session = (await ask(maria.headers)).json()
  assert.equal(session.tenant, null)
  assert.deepEqual(session.permissions, ['session:read'])
  assert.equal((await app.http.inject({ url: '/api/v1/streams', headers: maria.headers })).statusCode, 403)
  await app.composed.people.setStatus(commandContext('test'), maria.email, 'disabled')
  await settled()
  assert.equal((await ask(maria.headers)).statusCode, 401)
  assert.equal((await refresh(maria.headers)).statusCode, 401)
  await app.composed.people.setStatus(commandContext('test'), maria.email, 'active')
  assert.equal((await ask(maria.headers)).statusCode, 401, 'what ended stays ended')
})

test('[P1] somebody lists their sessions and ends them; nobody else’s', async () => {
  const maria = await app.person()
  const second = await signIn(app.http, maria.email, testPassword)
  const third = await signIn(app.http, maria.email, testPassword)
  const list = async () =>
    (await app.http.inject({ url: '/api/v1/account/sessions', headers: maria.headers })).json().sessions as {
      id: string
      current: boolean
      method: string
      client: string
    }[]
  const sessions = await list()
  assert.equal(sessions.length, 3)
  assert.equal(sessions.filter(({ current }) => current).length, 1)
  assert.ok(sessions.every(({ method, client }) => method === 'password' && client === '127.0.0.1'))
  const paul = await app.person()
  const theirs = await sessionOf(paul.id)
  const end = (id: unknown) =>
    app.http.inject({ method: 'DELETE', url: `/api/v1/account/sessions/${id}`, headers: maria.headers })
  assert.equal((await end(theirs.id)).statusCode, 404)
  assert.equal((await ask(paul.headers)).statusCode, 200)
  assert.equal((await end((await sessionOf(maria.id)).id)).statusCode, 204)
  await settled()
  assert.equal((await ask(third)).statusCode, 401)
  const others = await post('/api/v1/account/sessions/end-others', maria.headers)
  assert.deepEqual(others.json(), { ended: 1 })
  await settled()
  assert.equal((await ask(second)).statusCode, 401)
  assert.equal((await list()).length, 1)
})

test('[P1] keys:rotate overlaps; keys:revoke ends every session of everybody', async () => {
  const maria = await app.person()
  const ctx = commandContext('keys:rotate')
  await app.composed.people.rotateSigningKey(ctx)
  await settled()
  assert.equal((await ask(maria.headers)).statusCode, 200, 'what the old key signed is good until it expires')
  const paul = await app.person()
  assert.equal((await ask(paul.headers)).statusCode, 200)
  const keys = await app.composed.people.signingKeys()
  assert.deepEqual(keys.filter(({ signs }) => signs).length, 1)
  assert.ok((await app.composed.people.revokeSigningKeys(commandContext('keys:revoke'))) >= 2)
  await settled()
  for (const { headers } of [maria, paul]) {
    assert.equal((await ask(headers)).statusCode, 401)
    assert.equal((await refresh(headers)).statusCode, 401)
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  await signIn(app.http, maria.email, testPassword)
  const actions = await app.sql(`select action from audit_events where action like 'people.signing-key%' order by id`)
  assert.deepEqual(
    actions.map(({ action }) => action),
    ['people.signing-key-rotated', 'people.signing-keys-revoked'],
  )
})

test('[P1] what ended a month ago is purged, what lives stays', async () => {
  const maria = await app.person()
  const gone = await app.person()
  await app.sql(`update person_session set revoked_at = now() - interval '31 days' where person_id = $1`, [gone.id])
  const outcome = await app.composed.operations.runSchedule(commandContext('test'), 'scheduler:purge-ended-sessions')
  assert.match(outcome, /removed 1 sessions/)
  assert.equal((await ask(maria.headers)).statusCode, 200)
})
