import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { randomId } from '#kernel/clock/index.ts'
import { jarOf, testApp, testPassword } from '#test/support/app.ts'
import { shiftClock } from '#test/support/clock.ts'

const app = await testApp()
const sameOrigin = { 'sec-fetch-site': 'same-origin' }
const login = (email: string, password: string, headers: Record<string, string> = sameOrigin, more: object = {}) =>
  app.http.inject({ method: 'POST', url: '/auth/login', headers, payload: { email, password, ...more } })
const statuses = (replies: readonly LightMyRequestResponse[]) => replies.map(({ statusCode }) => statusCode)
const nobody = () => `nobody-${randomId()}@example.com`
const clock = (offset: string) => shiftClock(app, offset)

test('[P1] a person signs in, is who they are, and signs out', async () => {
  const maria = await app.person({ role: 'viewer', platformRole: 'support' })
  const { headers } = maria
  const session = (await app.http.inject({ url: '/api/v1/session', headers })).json()
  assert.deepEqual(session.person, { id: maria.id, email: maria.email, name: 'Maria Example' })
  assert.equal(session.actor.type, 'person')
  assert.equal(session.tenant.role, 'viewer')
  assert.equal(session.platform_role, 'support')
  assert.ok(session.permissions.includes('session:read') && !session.permissions.includes('keys:write'))
  const out = await app.http.inject({ method: 'POST', url: '/auth/sign-out', headers })
  assert.equal(out.statusCode, 204)
  assert.ok(out.cookies.every(({ value }) => value === ''))
  await expect401(headers)
  const [signedIn, ended] = await app.sql(
    `select action, actor_type, delta from audit_events where actor_id = $1 order by id`,
    [maria.id],
  )
  assert.deepEqual([signedIn!.action, ended!.action], ['people.signed-in', 'people.session-ended'])
  assert.equal((signedIn!.delta as { after: { method: string } }).after.method, 'password')
})

async function expect401(headers: Record<string, string>) {
  const deadline = performance.now() + 1500
  for (;;) {
    const { statusCode } = await app.http.inject({ url: '/api/v1/session', headers })
    if (statusCode === 401) return
    assert.ok(performance.now() < deadline, `still ${statusCode} after more than a second`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('[P1] a program gets its tokens in the body and no cookie', async () => {
  const maria = await app.person()
  const reply = await login(maria.email.toUpperCase(), testPassword, {}, { transport: 'bearer' })
  assert.equal(reply.statusCode, 200, reply.body)
  assert.deepEqual(reply.cookies, [])
  const { access_token: token, expires_in: seconds } = reply.json()
  assert.equal(seconds, 900)
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await app.http.inject({ url: '/api/v1/session', headers })).json().person.id, maria.id)
  const renamed = await app.http.inject({ method: 'PATCH', url: '/api/v1/account', headers, payload: { name: 'Mia' } })
  assert.equal(renamed.json().name, 'Mia', 'no origin is asked of a program')
  for (const [part, index] of [
    ['header', 0],
    ['payload', 1],
    ['signature', 2],
  ] as const) {
    const parts = String(token).split('.')
    parts[index] = parts[index]!.slice(0, -3) + (parts[index]!.endsWith('AAA') ? 'BBB' : 'AAA')
    const altered = { authorization: `Bearer ${parts.join('.')}` }
    assert.equal((await app.http.inject({ url: '/api/v1/session', headers: altered })).statusCode, 401, part)
  }
})

test('[P1] 63: after five failures from anywhere a password is not looked at for 15 minutes, known account or not', async () => {
  const maria = await app.person()
  const shapes: unknown[] = []
  for (const email of [maria.email, nobody()]) {
    const replies: LightMyRequestResponse[] = []
    for (let n = 0; n < 12; n++)
      replies.push(
        await app.http.inject({
          method: 'POST',
          url: '/auth/login',
          headers: sameOrigin,
          remoteAddress: `198.51.100.${n}`,
          payload: { email: n % 2 ? email.toUpperCase() : email, password: `wrong password number ${n}` },
        }),
      )
    assert.deepEqual(statuses(replies), [401, 401, 401, 401, 401, 429, 429, 429, 429, 429, 429, 429])
    const right = await login(email, testPassword)
    assert.equal(right.statusCode, 429, 'the right password is not looked at either')
    const wait = Number(right.headers['retry-after'])
    assert.ok(wait > 850 && wait <= 900, String(wait))
    const shape = ({ body }: LightMyRequestResponse) => ({ ...JSON.parse(body), instance: '', retryAfterSeconds: 0 })
    shapes.push([shape(replies[0]!), shape(right)])
  }
  assert.deepEqual(shapes[0], shapes[1])
  const locks = await app.sql(`select subject, actor_id from audit_events where action = 'people.sign-in-locked'`)
  assert.equal(locks.length, 2)
  assert.ok(!JSON.stringify(locks).includes(maria.id), 'the entry does not tell which of them exists')
  await clock('15 minutes 1 second')
  assert.equal((await login(maria.email, testPassword)).statusCode, 200)
  await clock('0')
})

test('[P1] 63: parallel guesses do not slip past the count, nor does a second e-mail field', async () => {
  const maria = await app.person()
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => login(maria.email, `wrong ${n}`)))
  assert.deepEqual(
    [401, 429].map((status) => statuses(replies).filter((each) => each === status).length),
    [5, 15],
  )
  const twice = await login(nobody(), 'x', sameOrigin, { username: maria.email })
  assert.equal(twice.statusCode, 422)
})

test('[P1] [F24] 63: one address tries a few accounts a minute, whatever it says of where it comes from', async () => {
  const own = await testApp({ RATE_LIMIT_SIGN_IN: '8' })
  const tryFrom = (remoteAddress: string, n: number) =>
    own.http.inject({
      method: 'POST',
      url: n % 2 ? '/auth/login' : '/auth/passkey/options',
      headers: { ...sameOrigin, 'x-forwarded-for': `203.0.113.${n}`, 'user-agent': `browser ${n}` },
      remoteAddress,
      payload: n % 2 ? { email: nobody(), password: 'a guess for somebody' } : {},
    })
  const replies: LightMyRequestResponse[] = []
  for (let n = 0; n < 40; n++) replies.push(await tryFrom('198.51.100.1', n))
  const limited = replies.filter(({ statusCode }) => statusCode === 429)
  assert.ok(limited.length >= 10, String(statuses(replies)))
  assert.ok(limited.every(({ headers }) => Number(headers['retry-after']) >= 1))
  assert.equal((await tryFrom('198.51.100.2', 1)).statusCode, 401, 'another address goes on')
})

test('[P1] 64: who knows an address locks its owner out of new browsers only, and not for ever', async () => {
  const maria = await app.person()
  const first = await login(maria.email, testPassword)
  const device = jarOf({ cookies: first.cookies.filter(({ name }) => name === 'daytwo_device') })
  assert.match(device, /^daytwo_device=/)
  for (let n = 0; n < 6; n++) await login(maria.email, `an attacker's ${n}`)
  assert.equal((await login(maria.email, testPassword)).statusCode, 429)
  const known = { ...sameOrigin, cookie: device }
  assert.equal((await login(maria.email, testPassword, known)).statusCode, 200)
  // The known browser has a count of its own, and no other account's.
  const wrong = []
  for (let n = 0; n < 6; n++) wrong.push((await login(maria.email, `mistyped ${n}`, known)).statusCode)
  assert.deepEqual(wrong, [401, 401, 401, 401, 401, 429])
  const paul = await app.person()
  for (let n = 0; n < 6; n++) await login(paul.email, `an attacker's ${n}`)
  assert.equal(
    (await login(paul.email, testPassword, known)).statusCode,
    429,
    'a device of one account is none of another',
  )
  const forged = { ...sameOrigin, cookie: `${device.slice(0, -4)}AAAA` }
  assert.equal((await login(maria.email, testPassword, forged)).statusCode, 429)
})

test('[P1] a disabled person and one without a password are wrong credentials', async () => {
  const maria = await app.person()
  await app.sql(`update person set status = 'disabled' where id = $1`, [maria.id])
  assert.equal((await login(maria.email, testPassword)).statusCode, 401)
  await app.sql(`update person set status = 'active', password_hash = null where id = $1`, [maria.id])
  assert.equal((await login(maria.email, testPassword)).json().type, '/problems/people/wrong-credentials')
})

test('[P1] a hash made with other parameters is made anew at the next sign-in', async () => {
  const maria = await app.person()
  const { hash } = await import('@node-rs/argon2')
  const old = await hash(testPassword, { memoryCost: 4096, timeCost: 3, parallelism: 1 })
  await app.sql('update person set password_hash = $2 where id = $1', [maria.id, old])
  assert.equal((await login(maria.email, testPassword)).statusCode, 200)
  const [row] = await app.sql('select password_hash as hash from person where id = $1', [maria.id])
  assert.match(String(row!.hash), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal((await login(maria.email, testPassword)).statusCode, 200)
})

test('[P2] where an identity provider signs people in, a password lets platform administrators in and nobody else', async () => {
  const own = await testApp({
    AUTH_METHOD: 'oidc',
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'x',
    OIDC_CLIENT_SECRET: 'x'.repeat(20),
    OIDC_REDIRECT_URI: 'http://127.0.0.1:3333/auth/social/callback',
  })
  await own.person({ platformRole: 'platform_admin' })
  await assert.rejects(own.person({ platformRole: 'support' }), /wrong-credentials/)
  await assert.rejects(own.person({ role: 'owner' }), /wrong-credentials/)
})
