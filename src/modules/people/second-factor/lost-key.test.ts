/** An instance whose APP_KEY changed, and people who lost every factor: nobody is shut out for ever, and it is said what to do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandContext } from '#kernel/context/index.ts'
import { deriveKey, seal } from '#kernel/crypto/index.ts'
import { softwareAuthenticator } from '#test/support/authenticator.ts'
import { factorBench, isSignedIn, slugOf } from './test-bench.ts'

const bench = await factorBench()
const { sql, codeOf, withTotp, signedIn, prove, firstProof, app, people } = bench
const account = '/api/v1/account'
const ctx = commandContext('person:remove-second-factors')
const otherKey = deriveKey('another APP_KEY, as long as it must be', 'second-factor')
/** As if the secret had been sealed before the key changed. */
const reseal = (id: string, secret: string) =>
  sql('update person_totp set secret = $2 where person_id = $1', [id, seal(otherKey, secret, id)])

async function diagnosis() {
  const check = app.composed.started
    .flatMap(({ doctor }) => [...(doctor ?? [])])
    .find(({ name }) => name === 'people.second-factors')!
  return check.check()
}

test('[P1] [O7] after a change of APP_KEY codes are refused with the way out, which works; the doctor says so', async () => {
  const who = await withTotp()
  assert.equal((await diagnosis())[0]!.level, 'ok')
  await reseal(who.id, who.secret)
  const { json } = await firstProof(who.email)
  const code = { method: 'totp', code: await codeOf(who.secret, 1) }
  for (let n = 0; n < 7; n++) {
    const refused = await prove(who.id, code, json.challenge)
    assert.equal(refused.status, 409, refused.text)
    assert.equal(slugOf(refused), 'people/totp-unreadable')
  }
  const [kept] = await sql('select failures, locked_until from person_totp where person_id = $1', [who.id])
  assert.deepEqual(kept, { failures: 0, locked_until: null }, 'no try of theirs is counted')
  const [found] = await diagnosis()
  assert.equal(found!.level, 'fault')
  assert.match(`${found!.finding} ${found!.fix}`, /^1 of 1 .*APP_KEY.*person:remove-second-factors/)

  const done = await prove(who.id, { method: 'recovery-code', code: who.recoveryCodes[0] }, json.challenge)
  isSignedIn(done)
  const mine = bench.client({ authorization: `Bearer ${done.json.access_token}` })
  assert.equal((await mine.delete(`${account}/totp`)).status, 204)
  const again = (await mine.post(`${account}/totp`)).json
  assert.equal((await mine.post(`${account}/totp/confirm`, { code: await codeOf(again.secret) })).status, 200)
  assert.equal((await diagnosis())[0]!.level, 'ok')
})

test('[P1] an app that was begun under the old key is begun again under the new', async () => {
  const who = await signedIn()
  const { json } = await who.post(`${account}/totp`)
  await reseal(who.id, json.secret)
  const confirm = async (secret: string) => who.post(`${account}/totp/confirm`, { code: await codeOf(secret) })
  assert.equal(slugOf(await confirm(json.secret)), 'people/totp-unreadable')
  const begun = (await who.post(`${account}/totp`)).json
  assert.equal((await confirm(begun.secret)).status, 200)
})

test('[P1] whoever holds the machine takes lost factors away: sessions end, it is written down and mailed, and nothing is left', async () => {
  const who = await withTotp()
  const key = softwareAuthenticator('http://localhost:3333')
  const { json } = await who.post(`${account}/passkeys/options`)
  assert.equal((await who.post(`${account}/passkeys`, { response: key.create(json) })).status, 201)
  const begun = await firstProof(who.email)
  assert.equal(begun.json.status, 'second-factor')
  const removed = await people.removeSecondFactors(ctx, who.email.toUpperCase())
  assert.deepEqual(removed, { totp: true, passkeys: 1, endedSessions: 1 })
  for (const table of ['person_totp', 'passkey', 'recovery_code'])
    assert.deepEqual(await sql(`select from ${table} where person_id = $1`, [who.id]), [], table)
  const half = { method: 'recovery-code', code: who.recoveryCodes[0] }
  assert.equal((await prove(who.id, half, begun.json.challenge)).status, 401, 'what had begun does not end')
  assert.equal((await firstProof(who.email)).json.status, 'signed-in')
  const [entry] = await sql(`select actor_type, actor_id, delta from audit_events where action = $1 and subject = $2`, [
    'people.second-factors-removed',
    `person:${who.id}`,
  ])
  assert.deepEqual(entry, {
    actor_type: 'command',
    actor_id: 'person:remove-second-factors',
    delta: { before: { totp: true, passkeys: 1 }, after: { totp: false, passkeys: 0, endedSessions: 1 } },
  })
  assert.equal((await bench.mailOf(who.email)).at(-1)!.subject, 'The second factors of your account were removed')
  assert.equal(await people.removeSecondFactors(ctx, who.email), undefined, 'again does nothing')
  await assert.rejects(people.removeSecondFactors(ctx, 'nobody@example.com'), /Nobody has/)
  const nobody = { ...ctx, permissions: new Set(['people:write']) }
  await assert.rejects(people.removeSecondFactors(nobody, who.email), /permission/i)
})
