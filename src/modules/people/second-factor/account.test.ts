/** One's own second factors: adding and removing them, and the installation that demands one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeSetting } from '#kernel/settings/index.ts'
import { testContext } from '#test/support/database.ts'
import { requireSecondFactor, trustProviderFactor } from './settings.ts'
import { factorBench, isSignedIn, slugOf } from './test-bench.ts'

const bench = await factorBench()
const { sql, codeOf, withTotp, signedIn, prove, age, firstProof, app, database } = bench
const account = '/api/v1/account'
const factors = `${account}/second-factors`

test('[P1] an app counts once a code confirmed it, and its secret is sealed', async () => {
  const who = await signedIn()
  const first = await who.post(`${account}/totp`)
  const { json } = await who.post(`${account}/totp`)
  assert.notEqual(json.secret, first.json.secret)
  const wrong = await who.post(`${account}/totp/confirm`, { code: await codeOf(first.json.secret) })
  assert.equal(slugOf(wrong), 'people/totp-not-confirmed', 'the secret that was shown last counts')
  assert.equal((await firstProof(who.email)).json.status, 'signed-in')
  assert.equal((await who.get(factors)).json.totp, null)

  const code = await codeOf(json.secret)
  const confirmed = await who.post(`${account}/totp/confirm`, { code })
  assert.equal(confirmed.json.recovery_codes.length, 10, confirmed.text)
  assert.equal((await firstProof(who.email)).json.status, 'second-factor')
  const spent = await prove(who.id, { method: 'totp', code })
  assert.equal(slugOf(spent), 'people/second-factor-refused', 'the code that confirmed is spent')
  assert.equal(slugOf(await who.post(`${account}/totp`)), 'people/totp-exists')
  assert.equal(slugOf(await who.post(`${account}/totp/confirm`, { code: '000000' })), 'people/totp-exists')

  const [{ secret }] = (await sql(`select secret from person_totp where person_id = $1`, [who.id])) as [
    { secret: Buffer },
  ]
  assert.ok(!secret.toString('latin1').includes(json.secret))
  const listed = (await who.get(factors)).json
  assert.deepEqual([listed.totp !== null, listed.recovery_codes.left, listed.required], [true, 10, false])
})

test('[P1] a secret that nobody confirmed within 30 minutes cannot be confirmed', async () => {
  const who = await signedIn()
  const { json } = await who.post(`${account}/totp`)
  await sql(`update person_totp set created_at = created_at - interval '31 minutes' where person_id = $1`, [who.id])
  const late = await who.post(`${account}/totp/confirm`, { code: await codeOf(json.secret) })
  assert.equal(slugOf(late), 'people/totp-not-confirmed')
})

test('[P1] changing factors needs a sign-in or a proof of the last ten minutes', async () => {
  const who = await withTotp()
  await age(who.id, 11)
  const changes = [
    () => who.delete(`${account}/totp`),
    () => who.post(`${account}/totp`),
    () => who.post(`${account}/recovery-codes`),
    () => who.post(`${account}/passkeys/options`),
    () => who.delete(`${account}/passkeys/018f0000-0000-7000-8000-000000000000`),
  ]
  for (const change of changes) assert.equal(slugOf(await change()), 'people/sign-in-not-fresh')
  assert.equal((await who.get(factors)).json.confirmed_until, null)

  const confirm = (proof: object) => who.post(`${account}/confirm`, proof)
  assert.equal((await confirm({ method: 'password', password: 'not the password' })).status, 401)
  assert.equal(
    slugOf(await confirm({ method: 'recovery-code', code: '0000-0000-0000-0000' })),
    'people/second-factor-refused',
  )
  assert.equal(slugOf(await changes[2]!()), 'people/sign-in-not-fresh')

  for (const proof of [
    { method: 'password', password: who.password },
    { method: 'totp', code: await codeOf(who.secret) },
    { method: 'recovery-code', code: who.recoveryCodes[0] },
  ]) {
    const reply = await confirm(proof)
    assert.equal(reply.status, 200, reply.text)
    assert.notEqual(slugOf(await changes[3]!()), 'people/sign-in-not-fresh')
    // While it is fresh nothing is looked at, so nothing is prolonged either.
    const again = await confirm({ method: 'password', password: 'not the password' })
    assert.equal(again.json.confirmed_until, reply.json.confirmed_until)
    await sql(`update session_confirmation set confirmed_at = confirmed_at - interval '11 minutes'`)
    assert.equal(slugOf(await changes[3]!()), 'people/sign-in-not-fresh')
  }
  const left = (await who.get(factors)).json.recovery_codes.left
  assert.equal(left, 9)
})

test('[P1] new recovery codes replace the old, and go with the last factor', async () => {
  const who = await withTotp()
  const { json } = await who.post(`${account}/recovery-codes`)
  assert.equal(json.recovery_codes.length, 10)
  const old = await prove(who.id, { method: 'recovery-code', code: who.recoveryCodes[0] })
  assert.equal(slugOf(old), 'people/second-factor-refused')
  isSignedIn(await prove(who.id, { method: 'recovery-code', code: json.recovery_codes[0] }))
  assert.equal((await who.delete(`${account}/totp`)).status, 204)
  assert.equal((await firstProof(who.email)).json.status, 'signed-in')
  assert.equal((await who.get(factors)).json.recovery_codes.left, 0)
  assert.equal(slugOf(await who.post(`${account}/recovery-codes`)), 'people/no-second-factor')
  assert.equal((await who.delete(`${account}/totp`)).status, 404)
})

test('[P1] every change is written down with before and after, and mailed to its person', async () => {
  const who = await withTotp()
  await who.post(`${account}/recovery-codes`)
  await prove(who.id, { method: 'recovery-code', code: '0000-0000-0000-0000' })
  await who.delete(`${account}/totp`)
  const entries = (await bench.auditOf(who.id))
    .filter(({ action }) => action !== 'people.signed-in')
    .map(({ action, delta }) => [action, delta])
  assert.deepEqual(entries, [
    ['people.totp-added', { before: { totp: false }, after: { totp: true } }],
    ['people.recovery-codes-renewed', { before: { left: 10 }, after: { left: 10 } }],
    ['people.second-factor-refused', { after: { method: 'recovery-code' } }],
    ['people.totp-removed', { before: { totp: true }, after: { totp: false } }],
  ])
  assert.deepEqual(
    (await bench.mailOf(who.email)).map(({ subject }) => subject),
    [
      'An authenticator app was connected to your account',
      'New recovery codes were made for your account',
      'The authenticator app was removed from your account',
    ],
  )
})

test('[P1] who has a second factor can be asked for many at once', async () => {
  const [one, two] = [await withTotp(), await signedIn()]
  const found = await database.platformTx('test', (tx) => bench.people.secondFactorOf(tx, [one.id, two.id]))
  assert.deepEqual([...found], [[one.id, { totp: true, passkeys: 0 }]])
})

test('[P1] a key has no account', async () => {
  const key = bench.client(await app.key())
  for (const reply of [
    await key.get(factors),
    await key.post(`${account}/totp`),
    await key.post(`${account}/recovery-codes`),
    await key.post(`${account}/confirm`, { method: 'totp', code: '123456' }),
  ])
    assert.equal(reply.status, 403, reply.text)
})

test('[P1] [P2] a factor used at the identity provider satisfies the demand only where a setting says so, and for that session', async () => {
  const set = (...args: Parameters<typeof writeSetting> extends [unknown, unknown, ...infer R] ? R : never) =>
    database.tenantTx(testContext(), (tx) => writeSetting(tx, testContext(), ...args))
  const who = await signedIn()
  const elsewhere = await signedIn()
  await sql(`update person_session set method = 'oidc', second_factor = true where person_id = $1`, [elsewhere.id])
  const due = async ({ get }: typeof who) => (await get('/api/v1/session')).json.second_factor_required
  const becomes = async (person: typeof who, wanted: boolean) => {
    const deadline = performance.now() + 3000
    while ((await due(person)) !== wanted) assert.ok(performance.now() < deadline, `${!wanted} after three seconds`)
  }
  await set(requireSecondFactor, 'everyone')
  await becomes(who, true)
  await becomes(elsewhere, true)
  assert.deepEqual((await elsewhere.get('/api/v1/session')).json.permissions, ['session:read'], 'off unless set')
  await set(trustProviderFactor, true)
  await becomes(elsewhere, false)
  assert.equal((await elsewhere.get(factors)).json.required, false)
  assert.equal(await due(who), true, 'a password alone is one factor')
  await sql(`update person_session set second_factor = false where person_id = $1`, [elsewhere.id])
  await becomes(elsewhere, true)
  await set(trustProviderFactor, false)
  await set(requireSecondFactor, 'nobody')
  await becomes(who, false)
})

test('[P1] where a second factor is demanded, who has none can do nothing but add one', async () => {
  const demand = (value: 'nobody' | 'platform' | 'everyone') =>
    database.tenantTx(testContext(), (tx) => writeSetting(tx, testContext(), requireSecondFactor, value))
  /** Longer than what was looked up is believed. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 1100))
  const admin = await signedIn('platform_admin')
  const plain = await signedIn()
  const mayLook = async ({ get }: typeof admin) => (await get('/api/v1/people')).status
  assert.equal(await mayLook(admin), 200)
  await demand('platform')
  await settled()
  assert.equal(await mayLook(admin), 403)
  assert.equal((await admin.get('/api/v1/session')).json.second_factor_required, true)
  assert.equal((await plain.get('/api/v1/session')).json.second_factor_required, false)
  assert.equal((await admin.get(factors)).json.required, true)
  assert.equal((await plain.get(factors)).json.required, false)

  const { json } = await admin.post(`${account}/totp`)
  const added = await admin.post(`${account}/totp/confirm`, { code: await codeOf(json.secret) })
  assert.equal(added.status, 200, added.text)
  await settled()
  assert.equal(await mayLook(admin), 200)
  await demand('everyone')
  await settled()
  assert.equal((await plain.get(factors)).json.required, true)
  assert.deepEqual((await plain.get('/api/v1/session')).json.permissions, ['session:read'])
  await demand('nobody')
})
