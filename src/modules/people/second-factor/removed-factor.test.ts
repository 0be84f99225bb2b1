/** What a factor opened ends with it, also what is under way while it is removed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PlatformTx } from '#kernel/database/index.ts'
import { softwareAuthenticator } from '#test/support/authenticator.ts'
import { lockPerson } from '../queries.ts'
import { endSessionsOf } from '../sessions.ts'
import { deleteFactors } from './queries.ts'
import { factorBench, isSignedIn, type Reply, slugOf } from './test-bench.ts'

const bench = await factorBench()
const { sql, anonymous, signedIn, codeOf, database } = bench
const account = '/api/v1/account'
const newKey = () => softwareAuthenticator('http://localhost:3333')

async function withPasskey() {
  const who = await signedIn()
  const key = newKey()
  const options = (await who.post(`${account}/passkeys/options`)).json
  const { json, status, text } = await who.post(`${account}/passkeys`, { response: key.create(options) })
  assert.equal(status, 201, text)
  return { ...who, key, passkeyId: String(json.passkey.id) }
}
async function signIn(key: ReturnType<typeof newKey>) {
  const options = (await anonymous.post('/auth/passkey/options', {})).json
  return anonymous.post('/auth/passkey', { response: key.get(options), transport: 'bearer' })
}
const sessionsOf = async (id: string) =>
  (
    await sql(`select method, revoked_why as why from person_session where person_id = $1 order by created_at, id`, [
      id,
    ])
  ).map(({ method, why }) => [method, why])

/** Does `change` while `request` waits for the person's row, at which all of these come by. */
async function meanwhile(id: string, request: () => Promise<Reply>, change: (tx: PlatformTx) => Promise<unknown>) {
  let asked: Promise<Reply> | undefined
  await database.platformTx('test', async (tx) => {
    await tx.row(lockPerson, { id })
    asked = request()
    await new Promise((resolve) => setTimeout(resolve, 400))
    await change(tx)
  })
  return (await asked)!
}

test('[P1] with a passkey the other sessions end that were opened by one', async () => {
  const who = await withPasskey()
  isSignedIn(await signIn(who.key))
  const { json } = await signIn(who.key)
  const here = bench.client({ authorization: `Bearer ${json.access_token}` })
  assert.equal((await here.delete(`${account}/passkeys/${who.passkeyId}`)).status, 204)
  assert.deepEqual(await sessionsOf(who.id), [
    ['password', null],
    ['passkey', 'passkey removed'],
    ['passkey', null],
  ])
  assert.equal((await here.get(account)).status, 200, 'the one in which it was removed goes on')
  const [removed] = (await bench.auditOf(who.id)).filter(({ action }) => action === 'people.passkey-removed')
  assert.equal((removed!.delta as { after: { endedSessions: number } }).after.endedSessions, 1)
})

test('[P1] a passkey that is removed while it signs in opens no session', async () => {
  const who = await withPasskey()
  const done = await meanwhile(
    who.id,
    () => signIn(who.key),
    (tx) => tx.row(deleteFactors, { personId: who.id }),
  )
  assert.equal(slugOf(done), 'people/session-ended', done.text)
  assert.deepEqual(await sessionsOf(who.id), [['password', null]])
})

test('[P1] a session that ends while it adds a passkey or an app adds none', async () => {
  const end = (personId: string) => (tx: PlatformTx) => endSessionsOf(tx, { personId }, 'test')
  const one = await signedIn()
  const options = (await one.post(`${account}/passkeys/options`)).json
  const response = newKey().create(options)
  const added = await meanwhile(one.id, () => one.post(`${account}/passkeys`, { response }), end(one.id))
  assert.equal(slugOf(added), 'people/session-ended', added.text)

  const two = await signedIn()
  const { secret } = (await two.post(`${account}/totp`)).json
  const code = await codeOf(secret)
  const confirmed = await meanwhile(two.id, () => two.post(`${account}/totp/confirm`, { code }), end(two.id))
  assert.equal(slugOf(confirmed), 'people/session-ended', confirmed.text)
  const left = await sql(
    `select person_id from passkey where person_id = any($1) union all
    select person_id from person_totp where person_id = any($1) and confirmed_at is not null`,
    [[one.id, two.id]],
  )
  assert.deepEqual(left, [])
})
