/** What is under way with the old password while it is replaced: hashing takes its time, and much can happen in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metrics } from '#kernel/telemetry/index.ts'
import { signIn, testApp, testPassword } from '#test/support/app.ts'
import { until as eventually } from '#test/support/until.ts'
import { hashPassword, verifyPassword } from './password-hash.ts'
import { requireGoodPassword } from './password-rules.ts'
import { factorBench, slugOf } from './second-factor/test-bench.ts'

const app = await testApp()
const next = 'saddle thimble walnut breeze'
const post = (url: string, headers: Record<string, string>, payload: object) =>
  app.http.inject({ method: 'POST', url, headers, payload })
const login = (email: string) =>
  post('/auth/login', { 'sec-fetch-site': 'same-origin' }, { email, password: testPassword })
const sessionsOf = async (id: string) => (await app.sql('select from person_session where person_id = $1', [id])).length

const until = (what: string, isSo: () => Promise<boolean>) => eventually(what, isSo, 20_000, 5)
/** As a reset by its owner leaves it. */
async function replace(id: string) {
  const hash = await hashPassword(next)
  await app.sql('update person set password_hash = $2, password_changed_at = app.now() where id = $1', [id, hash])
  await app.sql(`update person_session set revoked_at = app.now() where person_id = $1`, [id])
}

test('[P1] 68: a sign-in that is under way with the old password opens no session once that is replaced', async () => {
  const maria = await app.person()
  const before = await sessionsOf(maria.id)
  const [row] = await app.sql('select password_hash as hash from person where id = $1', [maria.id])
  // Enough work before it that the password is replaced while the sign-in waits for its turn.
  const queue = Array.from({ length: 24 }, () => verifyPassword(String(row!.hash), 'not it'))
  const signingIn = login(maria.email)
  await until('the attempt is counted', async () => (await app.sql('select from sign_in_attempt')).length > 0)
  await app.sql('update person set password_changed_at = app.now() where id = $1', [maria.id])
  const reply = await signingIn
  await Promise.all(queue)
  assert.equal(reply.statusCode, 401, reply.body)
  assert.equal(reply.json().type, '/problems/people/session-ended')
  assert.deepEqual(reply.cookies, [])
  assert.equal(await sessionsOf(maria.id), before)
})

test('[P1] 68: nor does one that waits for its second factor', async () => {
  const bench = await factorBench()
  const who = await bench.withTotp()
  const { json } = await bench.firstProof(who.email)
  await bench.sql('update person set password_changed_at = app.now() where id = $1', [who.id])
  const proof = { method: 'totp', code: await bench.codeOf(who.secret) }
  const done = await bench.prove(who.id, proof, json.challenge)
  assert.equal(slugOf(done), 'people/session-ended', done.text)
  assert.equal((await bench.firstProof(who.email)).json.status, 'second-factor', 'the new one begins as ever')
})

test('[P1] 68: who changes the password with the old one cannot undo what its owner chose meanwhile', async () => {
  const maria = await app.person()
  const right = async () => {
    const [value] = (await metrics.getSingleMetric('daytwo_password_checks_total')!.get()).values.filter(
      ({ labels }) => labels.outcome === 'right',
    )
    return value?.value ?? 0
  }
  const checked = await right()
  // The new password waits for its judgement after the old one was found right.
  const queue = Array.from({ length: 6 }, (_, n) => requireGoodPassword(`${next} number ${n}`, []))
  const changing = post('/api/v1/account/password', maria.headers, {
    current_password: testPassword,
    password: 'pebble lantern orchard violet',
  })
  await until('the old password is found right', async () => (await right()) > checked)
  await replace(maria.id)
  const reply = await changing
  await Promise.all(queue)
  assert.notEqual(reply.statusCode, 200, reply.body)
  await signIn(app.http, maria.email, next)
})

test('[P1] 64: whose sign-in somebody else has locked changes the password all the same', async () => {
  const maria = await app.person()
  for (let n = 0; n < 6; n++)
    await post('/auth/login', {}, { email: maria.email, password: `an attacker's ${n}`, transport: 'bearer' })
  assert.equal((await login(maria.email)).statusCode, 429)
  const change = (current: string) =>
    post('/api/v1/account/password', maria.headers, { current_password: current, password: next })
  const tries = []
  for (let n = 0; n < 4; n++) tries.push((await change(`mistyped ${n}`)).statusCode)
  assert.deepEqual(tries, [401, 401, 401, 401])
  assert.equal((await change(testPassword)).statusCode, 200)
  const paul = await app.person()
  const guesses = []
  for (let n = 0; n < 7; n++)
    guesses.push(
      (await post('/api/v1/account/password', paul.headers, { current_password: `guess ${n}`, password: next }))
        .statusCode,
    )
  assert.deepEqual(guesses, [401, 401, 401, 401, 401, 429, 429], 'whoever took a session over guesses no better')
})

test('[P1] somebody without a password chooses one after proving it otherwise, not before', async () => {
  const bench = await factorBench()
  const who = await bench.withTotp()
  await bench.sql('update person set password_hash = null where id = $1', [who.id])
  await bench.age(who.id, 11)
  const choose = () => who.post('/api/v1/account/password', { password: next })
  assert.equal(slugOf(await choose()), 'people/sign-in-not-fresh')
  const proof = { method: 'recovery-code', code: who.recoveryCodes[0] }
  assert.equal((await who.post('/api/v1/account/confirm', proof)).status, 200)
  assert.equal((await choose()).status, 200)
})
