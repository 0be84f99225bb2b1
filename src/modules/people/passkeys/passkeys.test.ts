/** Passkeys: adding them, signing in with nothing else, and as the second factor; and everything that may be wrong with an answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Ceremony, softwareAuthenticator } from '#test/support/authenticator.ts'
import { factorBench, isSignedIn, said, slugOf } from '../second-factor/test-bench.ts'

const bench = await factorBench()
const { sql, anonymous, signedIn, firstProof, prove, auditOf, mailOf } = bench
const origin = 'http://localhost:3333'
const account = '/api/v1/account'
const refused = 'people/passkey-refused'

type Who = Awaited<ReturnType<typeof signedIn>>
type Authenticator = ReturnType<typeof softwareAuthenticator>

async function add(who: Who, key: Authenticator = softwareAuthenticator(origin), name?: string, wrong: Ceremony = {}) {
  const options = await who.post(`${account}/passkeys/options`)
  assert.equal(options.status, 200, options.text)
  const reply = await who.post(`${account}/passkeys`, {
    ...(name ? { name } : {}),
    response: key.create(options.json, wrong),
  })
  return { key, options: options.json, ...reply }
}
async function withPasskey() {
  const who = await signedIn()
  const { key, json, status, text } = await add(who)
  assert.equal(status, 201, text)
  return { ...who, key, passkeyId: String(json.passkey.id), recoveryCodes: json.recovery_codes as string[] }
}
const options = async (challenge?: string) =>
  (await anonymous.post('/auth/passkey/options', challenge ? { challenge } : {})).json
const signIn = (response: object) => anonymous.post('/auth/passkey', { response, transport: 'bearer' })

test('[P1] a passkey is added with what an authenticator must do, and listed', async () => {
  const who = await signedIn()
  const { options: asked, json, key } = await add(who)
  assert.deepEqual(asked.authenticatorSelection, {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'required',
  })
  assert.deepEqual([asked.rp.id, asked.attestation, asked.excludeCredentials], ['localhost', 'none', []])
  assert.ok(!Buffer.from(asked.user.id, 'base64url').includes(who.email), 'the handle says nothing about the person')
  assert.equal(json.recovery_codes.length, 10)
  assert.equal(json.passkey.name, 'This device')
  const second = await add(who, undefined, 'Key ring')
  assert.deepEqual(
    second.options.excludeCredentials.map(({ id }: { id: string }) => id),
    [key.id],
  )
  assert.equal(second.json.recovery_codes, null, 'codes come with the first factor')
  const { json: list } = await who.get(`${account}/second-factors`)
  assert.deepEqual(
    list.passkeys.map((one: { name: string; last_used_at: null }) => [one.name, one.last_used_at]),
    [
      ['This device', null],
      ['Key ring', null],
    ],
  )
  assert.equal(list.passkeys_here.possible, true)
})

test('[P1] a passkey alone signs in, as both factors, and says who it is', async () => {
  const who = await withPasskey()
  const asked = await options()
  assert.deepEqual([asked.allowCredentials, asked.userVerification, asked.rpId], [[], 'required', 'localhost'])
  const reply = await signIn(who.key.get(asked))
  isSignedIn(reply)
  const { json } = await bench.client({ authorization: `Bearer ${reply.json.access_token}` }).get(`${account}/sessions`)
  const session = json.sessions.find(({ current }: { current: boolean }) => current)
  assert.deepEqual([session.method, session.second_factor], ['passkey', true])
  assert.notEqual((await who.get(`${account}/second-factors`)).json.passkeys[0].last_used_at, null)
})

test('[P1] a passkey is the second factor after a password', async () => {
  const who = await withPasskey()
  const other = await withPasskey()
  const { json } = await firstProof(who.email)
  assert.deepEqual(json.methods, ['passkey', 'recovery-code'])
  const withKey = (response: object) => prove(who.id, { method: 'passkey', response }, json.challenge)
  assert.deepEqual(
    json.passkey_options.allowCredentials.map(({ id }: { id: string }) => id),
    [who.key.id],
  )
  const wrong = await withKey(other.key.get(json.passkey_options))
  assert.equal(slugOf(wrong), 'people/second-factor-refused', 'another person’s passkey')
  assert.deepEqual(said(await withKey(who.key.get(json.passkey_options))), said(wrong), 'the options are spent')
  assert.deepEqual(said(await withKey(who.key.get(await options()))), said(wrong), 'options that were for anybody')
  isSignedIn(await withKey(who.key.get(await options(json.challenge))))
  assert.equal((await anonymous.post('/auth/passkey/options', { challenge: json.challenge })).status, 401)
})

test('[P1] an answer to a sign-in that is wrong in any part is refused, each alike', async () => {
  const who = await withPasskey()
  const other = await withPasskey()
  const cases: Record<string, Ceremony> = {
    'wrong origin': { origin: 'https://evil.example' },
    'another port': { origin: 'http://localhost:4444' },
    'wrong address': { rpId: 'evil.example' },
    'person not verified': { verified: false },
    'no user handle': { userHandle: null },
    'another person’s handle': { userHandle: Buffer.from(other.id.replaceAll('-', ''), 'hex').toString('base64url') },
  }
  const answers = []
  for (const [what, wrong] of Object.entries(cases)) {
    const reply = await signIn(who.key.get(await options(), wrong))
    assert.equal(slugOf(reply), refused, what)
    answers.push(said(reply))
  }
  const good = who.key.get(await options())
  const altered = Buffer.from(good.response.signature, 'base64url')
  altered.writeUInt8(altered.readUInt8(altered.length - 1) ^ 1, altered.length - 1)
  answers.push(
    said(await signIn({ ...good, response: { ...good.response, signature: altered.toString('base64url') } })),
  )
  answers.push(said(await signIn(good)))
  const unknown = softwareAuthenticator(origin)
  answers.push(said(await signIn(unknown.get(await options()))))
  answers.push(said(await signIn({ ...other.key.get(await options()), id: who.key.id, rawId: who.key.id })))
  answers.push(said(await signIn(who.key.get({ challenge: 'x'.repeat(43), rpId: 'localhost' }))))
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  isSignedIn(await signIn(who.key.get(await options())))
})

test('[P1] 76: what a passkey signs is kept hashed, good once and for five minutes; of 20 replays at once one signs in', async () => {
  const who = await withPasskey()
  const asked = await options()
  const kept = await sql(`select encode(hash, 'escape') as hash from passkey_challenge`)
  assert.ok(kept.length > 0 && kept.every(({ hash }) => hash !== asked.challenge))
  const answer = who.key.get(asked)
  const replies = await Promise.all(Array.from({ length: 20 }, () => signIn(answer)))
  assert.equal(replies.filter(({ status }) => status === 200).length, 1)
  assert.ok(replies.every((reply) => reply.status === 200 || slugOf(reply) === refused))
  const late = await options()
  await sql(`update passkey_challenge set expires_at = app.now()`)
  assert.equal(slugOf(await signIn(who.key.get(late))), refused)
})

test('[P1] a counter that goes back or stands still is refused, written down and mailed', async () => {
  const who = await withPasskey()
  isSignedIn(await signIn(who.key.get(await options(), { counter: 9 })))
  for (const counter of [9, 3, 0]) {
    const reply = await signIn(who.key.get(await options(), { counter }))
    assert.equal(slugOf(reply), refused, String(counter))
  }
  // Not with a good signature: nobody can raise the alarm for somebody else.
  const forged = {
    ...softwareAuthenticator(origin).get(await options(), { counter: 1 }),
    id: who.key.id,
    rawId: who.key.id,
  }
  assert.equal(slugOf(await signIn(forged)), refused)
  const alarms = (await auditOf(who.id)).filter(({ action }) => action === 'people.passkey-counter-went-back')
  assert.deepEqual(
    alarms.map(({ delta }) => (delta as { after: object }).after),
    [{ counter: 9 }, { counter: 3 }, { counter: 0 }],
  )
  const mails = (await mailOf(who.email)).filter(({ subject }) => /may have been copied/.test(String(subject)))
  assert.equal(mails.length, 3)
  isSignedIn(await signIn(who.key.get(await options(), { counter: 10 })))
})

test('[P1] an authenticator that does not count may sign in again and again', async () => {
  const who = await signedIn()
  const key = softwareAuthenticator(origin)
  assert.equal((await add(who, key, undefined, { counter: 0 })).status, 201)
  for (let n = 0; n < 2; n++) isSignedIn(await signIn(key.get(await options(), { counter: 0 })))
})

test('[P1] an attestation that is wrong in any part adds nothing', async () => {
  const who = await signedIn()
  const other = await signedIn()
  for (const [what, wrong] of Object.entries({
    'wrong origin': { origin: 'https://evil.example' },
    'wrong address': { rpId: 'evil.example' },
    'person not verified': { verified: false },
  } satisfies Record<string, Ceremony>)) {
    const reply = await add(who, undefined, undefined, wrong)
    assert.equal(slugOf(reply), 'people/passkey-not-added', what)
  }
  const key = softwareAuthenticator(origin)
  const asked = (await who.post(`${account}/passkeys/options`)).json
  const response = key.create(asked)
  assert.equal(
    slugOf(await other.post(`${account}/passkeys`, { response })),
    'people/passkey-not-added',
    'options of another person',
  )
  assert.equal(
    slugOf(await who.post(`${account}/passkeys`, { response })),
    'people/passkey-not-added',
    'the options are spent',
  )
  const forSignIn = key.create({ ...asked, challenge: (await options()).challenge })
  assert.equal(slugOf(await who.post(`${account}/passkeys`, { response: forSignIn })), 'people/passkey-not-added')
  assert.equal((await firstProof(who.email)).json.status, 'signed-in')
})

test('[P1] options for a sign-in, which nobody need be fresh for, add nothing', async () => {
  const who = await withPasskey()
  const { json } = await firstProof(who.email)
  const { challenge } = json.passkey_options
  const response = softwareAuthenticator(origin).create({ challenge, rp: { id: 'localhost' }, user: { id: 'x' } })
  assert.equal(slugOf(await who.post(`${account}/passkeys`, { response })), 'people/passkey-not-added')
})

test('[P1] 34: what a browser sends beside what is read is passed over, now and when it sends more', async () => {
  const who = await signedIn()
  const key = softwareAuthenticator(origin)
  const more = {
    authenticatorAttachment: 'platform',
    clientExtensionResults: { credProps: { rk: true } },
    laterField: 1,
  }
  const asked = (await who.post(`${account}/passkeys/options`)).json
  const made = key.create(asked)
  const response = { ...made, ...more, response: { ...made.response, publicKeyAlgorithm: -7, laterField: [] } }
  assert.equal((await who.post(`${account}/passkeys`, { response })).status, 201)
  const answer = key.get(await options())
  isSignedIn(await signIn({ ...answer, ...more, response: { ...answer.response, laterField: {} } }))
  const beside = await anonymous.post('/auth/passkey', { response: key.get(await options()), person_id: who.id })
  assert.equal(beside.status, 422, 'our own fields are ours')
})

test('[P1] an account has at most 20 passkeys, however many were begun while there was room', async () => {
  const who = await signedIn()
  for (let n = 0; n < 19; n++) assert.equal((await add(who)).status, 201)
  const begun = await Promise.all(
    Array.from({ length: 4 }, async () => (await who.post(`${account}/passkeys/options`)).json),
  )
  const replies = await Promise.all(
    begun.map((asked) => who.post(`${account}/passkeys`, { response: softwareAuthenticator(origin).create(asked) })),
  )
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409])
  assert.equal(slugOf(await who.post(`${account}/passkeys/options`)), 'people/too-many-passkeys')
})

test('[P1] one authenticator’s passkey belongs to one account', async () => {
  const who = await withPasskey()
  const thief = await signedIn()
  assert.equal(slugOf(await add(thief, who.key)), 'people/passkey-known')
  assert.equal((await thief.get(`${account}/second-factors`)).json.passkeys.length, 0)
})

test('[P1] passkeys are renamed and removed by their owner only, and every step is written down', async () => {
  const who = await withPasskey()
  const thief = await withPasskey()
  const url = `${account}/passkeys/${who.passkeyId}`
  assert.equal((await thief.patch(url, { name: 'mine' })).status, 404)
  assert.equal((await thief.delete(url)).status, 404)
  assert.equal((await who.patch(url, { name: 'x', person_id: thief.id })).status, 422)
  const renamed = await who.patch(url, { name: 'Office laptop' })
  assert.equal(renamed.json.name, 'Office laptop', renamed.text)
  assert.equal((await who.delete(url)).status, 204)
  assert.equal(slugOf(await signIn(who.key.get(await options()))), refused)
  assert.equal((await firstProof(who.email)).json.status, 'signed-in', 'with the last factor the second step goes')
  const entries = (await auditOf(who.id)).filter(({ subject }) => subject === `passkey:${who.passkeyId}`)
  assert.deepEqual(
    entries.map(({ action, delta }) => [action, delta]),
    [
      ['people.passkey-added', { after: { name: 'This device', synced: false } }],
      ['people.passkey-renamed', { before: { name: 'This device' }, after: { name: 'Office laptop' } }],
      ['people.passkey-removed', { before: { name: 'Office laptop', synced: false }, after: { endedSessions: 0 } }],
    ],
  )
  assert.deepEqual(
    (await mailOf(who.email)).map(({ subject }) => subject),
    ['A passkey was added to your account', 'A passkey was removed from your account'],
  )
})

test('[P1] a stale session is fresh again after a passkey of one’s own, not after another’s', async () => {
  const who = await withPasskey()
  const other = await withPasskey()
  await bench.age(who.id, 11)
  const confirm = (response: object) => who.post(`${account}/confirm`, { method: 'passkey', response })
  assert.equal(slugOf(await confirm(other.key.get(await options()))), 'people/second-factor-refused')
  assert.equal(slugOf(await add(who).catch(() => who.post(`${account}/passkeys/options`))), 'people/sign-in-not-fresh')
  assert.equal((await confirm(who.key.get(await options()))).status, 200)
  assert.equal((await add(who)).status, 201)
})

test('[P1] 70: a page of another site cannot sign this browser in with a passkey', async () => {
  const who = await withPasskey()
  const from = async (site: string) =>
    anonymous.post('/auth/passkey', { response: who.key.get(await options()) }, { 'sec-fetch-site': site })
  assert.equal((await from('cross-site')).status, 403)
  const done = await from('same-origin')
  isSignedIn(done)
  assert.equal(done.json.access_token, undefined)
})

test('[P1] a disabled person’s passkey is refused', async () => {
  const who = await withPasskey()
  await sql(`update person set status = 'disabled' where id = $1`, [who.id])
  assert.equal(slugOf(await signIn(who.key.get(await options()))), refused)
})

test('[P1] asked at an IP address, it is said where passkeys can be had', async () => {
  const who = await signedIn()
  for (const reply of [
    await anonymous.post('/auth/passkey/options', {}, { host: '127.0.0.1:3333' }),
    await who.post(`${account}/passkeys/options`, undefined, { host: '127.0.0.1:3333' }),
  ]) {
    assert.equal(slugOf(reply), 'people/passkeys-not-here')
    assert.equal(reply.json.address, origin)
  }
  const { json } = await who.get(`${account}/second-factors`, undefined, { host: '127.0.0.1:3333' })
  assert.deepEqual([json.passkeys_here.possible, json.passkeys_here.address], [false, origin])
})
