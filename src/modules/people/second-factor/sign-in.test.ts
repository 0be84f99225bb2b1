/** Signing in with codes: of an authenticator app, and of the list for the day it is gone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factorBench, isSignedIn, type Reply, said, slugOf } from './test-bench.ts'

const bench = await factorBench()
const { sql, anonymous, codeOf, withTotp, prove, challengeOf, firstProof } = bench

const refusal = 'people/second-factor-refused'
/** Never one of the three codes that are good now. */
async function wrongCode(secret: string): Promise<string> {
  const good = await Promise.all([-2, -1, 0, 1, 2].map((away) => codeOf(secret, away)))
  for (let code = 0; ; code++) if (!good.includes(String(code).padStart(6, '0'))) return String(code).padStart(6, '0')
}

test('[P1] with an authenticator app connected, the password alone signs nobody in', async () => {
  const who = await withTotp()
  assert.equal(who.recoveryCodes.length, 10)
  const first = await firstProof(who.email)
  assert.equal(first.status, 200)
  assert.equal(first.json.status, 'second-factor')
  assert.deepEqual(first.json.methods, ['totp', 'recovery-code'])
  assert.equal(first.json.access_token, undefined)
  const second = await prove(who.id, { method: 'totp', code: await codeOf(who.secret) }, first.json.challenge)
  isSignedIn(second)
  const { json } = await bench
    .client({ authorization: `Bearer ${second.json.access_token}` })
    .get('/api/v1/account/sessions')
  const session = json.sessions.find(({ current }: { current: boolean }) => current)
  assert.deepEqual([session.method, session.second_factor], ['password', true])
})

test('[P1] 76: a challenge is random, hashed, good once, for five minutes and five tries, and for one person', async () => {
  const who = await withTotp()
  const other = await withTotp()
  const code = () => codeOf(who.secret)

  const { json } = await firstProof(who.email)
  assert.match(json.challenge, /^[\w-]{43}$/)
  const kept = await sql(`select row_to_json(c)::text as row from second_factor_challenge c`)
  assert.ok(kept.every(({ row }) => !String(row).includes(json.challenge)))

  assert.equal(
    slugOf(await prove(who.id, { method: 'totp', code: await codeOf(other.secret) }, json.challenge)),
    refusal,
  )
  isSignedIn(await prove(who.id, { method: 'totp', code: await code() }, json.challenge))
  const again = await prove(who.id, { method: 'recovery-code', code: who.recoveryCodes[0]! }, json.challenge)
  assert.equal(slugOf(again), 'people/second-factor-expired')

  const old = await challengeOf(who.id)
  await sql(`update second_factor_challenge set expires_at = app.now() where person_id = $1`, [who.id])
  const late = await prove(who.id, { method: 'recovery-code', code: who.recoveryCodes[0]! }, old)
  assert.deepEqual(said(late), said(again), 'spent, old and unknown are answered alike')
  assert.deepEqual(said(await prove(who.id, { method: 'totp', code: '000000' }, 'x'.repeat(43))), said(again))

  const tried = await challengeOf(who.id)
  const wrong = { method: 'recovery-code', code: '0000-0000-0000-0000' }
  const answers = await Promise.all(Array.from({ length: 20 }, () => prove(who.id, wrong, tried)))
  assert.equal(answers.filter((reply) => slugOf(reply) === refusal).length, 5, 'five were looked at, in parallel too')
  const good = await prove(who.id, { method: 'recovery-code', code: who.recoveryCodes[0]! }, tried)
  assert.equal(slugOf(good), 'people/second-factor-expired')
})

test('[P1] 76: a code works once, and no older one after it', async () => {
  const who = await withTotp()
  const [before, present, next] = [await codeOf(who.secret, -1), await codeOf(who.secret), await codeOf(who.secret, 1)]
  const early = await prove(who.id, { method: 'totp', code: before })
  assert.equal(slugOf(early), refusal, 'it is older than the code that confirmed the app')
  isSignedIn(await prove(who.id, { method: 'totp', code: next }))
  for (const code of [next, present]) assert.deepEqual(said(await prove(who.id, { method: 'totp', code })), said(early))
})

test('[P1] 76: of one code used 20 times at once, one signs in', async () => {
  const who = await withTotp()
  const code = await codeOf(who.secret, 1)
  // More tries than may fail: those after the lock are refused for that, the others for being a replay.
  const replies = await Promise.all(Array.from({ length: 20 }, () => prove(who.id, { method: 'totp', code })))
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  assert.ok(replies.every((reply) => reply.status === 200 || slugOf(reply) === refusal))
})

test('[P1] 64: five wrong codes lock the app for 15 minutes and nobody out; a wrong code and a locked one are answered alike', async () => {
  const who = await withTotp()
  const code = await wrongCode(who.secret)
  const replies: Reply[] = []
  // Over several sign-ins: the count is the person's, not the challenge's.
  for (let n = 0; n < 5; n++) replies.push(await prove(who.id, { method: 'totp', code }))
  const right = await codeOf(who.secret, 1)
  replies.push(await prove(who.id, { method: 'totp', code: right }))
  replies.push(await prove(who.id, { method: 'totp', code }))
  for (const reply of replies) assert.deepEqual(said(reply), said(replies[0]!))
  assert.equal(replies[0]!.status, 401)

  const [row] = await sql(
    `select failures, round(extract(epoch from locked_until - app.now()) / 60)::int as minutes from person_totp where person_id = $1`,
    [who.id],
  )
  assert.deepEqual(row, { failures: 5, minutes: 15 }, 'tries while it is locked prolong nothing')
  isSignedIn(await prove(who.id, { method: 'recovery-code', code: who.recoveryCodes[0]! }))
  const locked = (await bench.auditOf(who.id)).filter(({ action }) => action === 'people.totp-locked')
  assert.deepEqual(
    locked.map(({ delta }) => delta),
    [{ before: { failures: 4 }, after: { failures: 5, minutes: 15 } }],
  )
  const mails = (await bench.mailOf(who.email)).map(({ subject }) => subject)
  assert.ok(mails.includes('Wrong codes were entered for your account'), 'whose password is known should know')

  await sql(`update person_totp set locked_until = app.now() where person_id = $1`, [who.id])
  isSignedIn(await prove(who.id, { method: 'totp', code: await codeOf(who.secret, 1) }))
  const [after] = await sql(`select failures, locked_until from person_totp where person_id = $1`, [who.id])
  assert.deepEqual(after, { failures: 0, locked_until: null })
})

test('[P1] 76: of one recovery code used 50 times at once, one signs in', async () => {
  const who = await withTotp()
  const [code] = who.recoveryCodes
  const challenges = await Promise.all(Array.from({ length: 50 }, () => challengeOf(who.id)))
  const replies = await Promise.all(
    challenges.map((challenge) => prove(who.id, { method: 'recovery-code', code }, challenge)),
  )
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  assert.equal(replies.filter((reply) => slugOf(reply) === refusal).length, 49)
  const used = (await bench.auditOf(who.id)).filter(({ action }) => action === 'people.recovery-code-used')
  assert.deepEqual(
    used.map(({ delta }) => delta),
    [{ before: { left: 10 }, after: { left: 9 } }],
  )
})

test('[P1] 76: recovery codes are hashed, one person’s, and may be typed as they are read', async () => {
  const who = await withTotp()
  const other = await withTotp()
  for (const code of who.recoveryCodes) assert.match(code, /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/)
  assert.equal(new Set([...who.recoveryCodes, ...other.recoveryCodes]).size, 20)
  const kept = JSON.stringify(await sql('select encode(hash, $1) as hash from recovery_code', ['escape']))
  assert.ok(who.recoveryCodes.every((code) => !kept.includes(code) && !kept.includes(code.replaceAll('-', ''))))
  const [first, second] = who.recoveryCodes
  assert.equal(slugOf(await prove(other.id, { method: 'recovery-code', code: first })), refusal)
  isSignedIn(await prove(who.id, { method: 'recovery-code', code: first!.toUpperCase().replaceAll('-', ' ') }))
  const asRead = second!.replaceAll('-', '').replaceAll('0', 'O').replaceAll('1', 'l')
  isSignedIn(await prove(who.id, { method: 'recovery-code', code: asRead }))
})

test('[P1] a disabled person gets no further with a good code, and a method one does not have is just wrong', async () => {
  const who = await withTotp()
  const challenge = await challengeOf(who.id)
  await sql(`update person set status = 'disabled' where id = $1`, [who.id])
  const reply = await prove(who.id, { method: 'totp', code: await codeOf(who.secret) }, challenge)
  assert.equal(slugOf(reply), 'people/second-factor-expired')
  const none = await bench.person()
  assert.equal(slugOf(await prove(none.id, { method: 'totp', code: '123456' })), refusal)
})

test('[P1] 70: a page of another site cannot finish a sign-in into this browser', async () => {
  const who = await withTotp()
  const own = { 'sec-fetch-site': 'same-origin' }
  const login = { email: who.email, password: who.password }
  const first = await anonymous.post('/auth/login', login, own)
  assert.equal(first.json.status, 'second-factor', first.text)
  const proof = { challenge: first.json.challenge, method: 'totp', code: await codeOf(who.secret, 1) }
  for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])
    assert.equal((await anonymous.post('/auth/second-factor', proof, headers)).status, 403)
  const done = await anonymous.post('/auth/second-factor', proof, own)
  isSignedIn(done)
  assert.equal(done.json.access_token, undefined, 'the tokens are in cookies')
})
