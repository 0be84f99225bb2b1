import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandContext } from '#kernel/context/index.ts'
import { signIn, testApp, testPassword } from '#test/support/app.ts'

const app = await testApp()
const fresh = 'saddle thimble walnut breeze'
const admin = await app.person({ platformRole: 'platform_admin' })
const post = (url: string, payload: object) => app.http.inject({ method: 'POST', url, payload })
const ask = async (email: string) => {
  const reply = await post('/auth/reset/request', { email })
  await app.composed.people.settled()
  return reply
}
const reset = (token: string, password = fresh) => post('/auth/reset', { token, password })
/** What the mail says, as the outbox of a development instance shows it. */
async function mailTo(email: string): Promise<string[]> {
  const rows = await app.sql('select id from mail where to_address = $1 order by id', [email])
  const texts = []
  for (const { id } of rows) {
    const reply = await app.http.inject({ url: `/api/v1/mail/${id}`, headers: admin.headers })
    texts.push(String(reply.json().text))
  }
  return texts
}
const tokenIn = (text: string) => /\/reset#token=([\w-]{43})/.exec(text)![1]!

test('[P1] 65: asking for a new password is answered alike for everybody, before anything is looked at', async () => {
  const maria = await app.person()
  const disabled = await app.person()
  await app.composed.people.setStatus(commandContext('test'), disabled.email, 'disabled')
  const replies = [await ask(maria.email), await ask('nobody@example.com'), await ask(disabled.email)]
  const shape = (reply: (typeof replies)[0]) => [reply.statusCode, reply.body, Object.keys(reply.headers).sort().join()]
  assert.deepEqual(shape(replies[0]!), [202, '{"status":"accepted"}', shape(replies[0]!)[2]])
  assert.deepEqual(shape(replies[1]!), shape(replies[0]!))
  assert.deepEqual(shape(replies[2]!), shape(replies[0]!))
  assert.equal((await mailTo(maria.email)).length, 1)
  assert.equal((await app.sql('select from mail')).length, 1)
})

test('[P1] 43: the mailed link leads to this instance, whatever host the request names', async () => {
  const maria = await app.person()
  const named = ['host', 'x-forwarded-host', 'x-host', 'forwarded', 'origin', 'referer']
  for (const name of named) {
    const value = name === 'forwarded' ? 'host=evil' : name === 'host' ? 'evil' : 'https://evil'
    const headers = { [name]: value }
    await app.http.inject({ method: 'POST', url: '/auth/reset/request', headers, payload: { email: maria.email } })
    await app.composed.people.settled()
    await app.sql('delete from sign_in_attempt')
  }
  const mails = await mailTo(maria.email)
  assert.equal(mails.length, named.length)
  for (const text of mails) {
    assert.match(text, /http:\/\/127\.0\.0\.1:3333\/reset#token=/)
    assert.ok(!text.includes('evil'), text)
  }
})

test('[P1] 76: the mailed token works once, within ten minutes, and ends all sessions', async () => {
  const maria = await app.person()
  await ask(maria.email)
  const token = tokenIn((await mailTo(maria.email))[0]!)
  const [row] = await app.sql(
    `select encode(hash, 'hex') as hash, expires_at - created_at = interval '10 minutes' as ten from password_reset r where person_id = $1`,
    [maria.id],
  )
  assert.ok(row!.ten)
  assert.ok(!String(row!.hash).includes(Buffer.from(token).toString('hex')), 'only its hash is stored')
  assert.equal((await reset(token)).statusCode, 204)
  assert.equal((await reset(token)).statusCode, 410)
  await new Promise((resolve) => setTimeout(resolve, 600))
  assert.equal((await app.http.inject({ url: '/api/v1/session', headers: maria.headers })).statusCode, 401)
  await assert.rejects(signIn(app.http, maria.email, testPassword))
  await signIn(app.http, maria.email, fresh)
  const actions = await app.sql(`select action from audit_events where subject = $1 order by id`, [
    `person:${maria.id}`,
  ])
  assert.ok(actions.some(({ action }) => action === 'people.reset-asked'))
  assert.ok(actions.some(({ action }) => action === 'people.password-reset'))
})

test('[P1] 76: expired, guessed and too often tried tokens are gone; one token is one person’s', async () => {
  const maria = await app.person()
  await ask(maria.email)
  const newer = tokenIn((await mailTo(maria.email))[0]!)
  assert.equal((await reset('x'.repeat(43))).statusCode, 410)
  for (let n = 0; n < 5; n++) assert.equal((await reset(newer, 'too short')).statusCode, 422)
  assert.equal((await reset(newer)).statusCode, 410, 'five tries are all it bears')
  const paul = await app.person()
  await ask(paul.email)
  const token = tokenIn((await mailTo(paul.email))[0]!)
  assert.equal((await post('/auth/reset', { token, password: fresh, email: maria.email })).statusCode, 422)
  await app.sql(`update password_reset set expires_at = now() - interval '1 second' where person_id = $1`, [paul.id])
  assert.equal((await reset(token)).statusCode, 410)
  await signIn(app.http, maria.email, testPassword)
})

test('[P1] 64: who only knows the address can neither spend its owner’s link nor leave them without one', async () => {
  const maria = await app.person()
  const byHand = tokenIn(await app.composed.people.createResetLink(commandContext('person:reset-link'), maria.email))
  for (let n = 0; n < 8; n++) await ask(maria.email)
  const links = (await mailTo(maria.email)).map(tokenIn)
  assert.equal(links.length, 5)
  // A refused password costs a try, and shows that the link is good.
  for (const link of [byHand, ...links]) assert.equal((await reset(link, 'too short')).statusCode, 422)
  const [lock] = await app.sql(
    `select max(a.locked_until) <= max(r.expires_at) as over from sign_in_attempt a, password_reset r
    where r.person_id = $1 and r.expires_at < app.now() + interval '11 minutes'`,
    [maria.id],
  )
  assert.equal(lock!.over, true, 'who is refused a mail has a link that is good')
  assert.equal((await reset(links[0]!)).statusCode, 204)
  for (const link of [byHand, ...links]) assert.equal((await reset(link)).statusCode, 410, 'one spends them all')
})

test('[P1] 76: of the uses of several links at once one counts', async () => {
  const maria = await app.person()
  for (let n = 0; n < 4; n++) await ask(maria.email)
  const links = (await mailTo(maria.email)).map(tokenIn)
  const replies = await Promise.all(links.map((link, n) => reset(link, `${fresh} number ${n}`)))
  assert.deepEqual(replies.map(({ statusCode }) => statusCode).sort(), [204, 410, 410, 410])
})

test('[P1] 76: a link of the command line replaces those before it', async () => {
  const maria = await app.person()
  const make = async () =>
    tokenIn(await app.composed.people.createResetLink(commandContext('person:reset-link'), maria.email))
  const [older, newer] = [await make(), await make()]
  assert.equal((await reset(older)).statusCode, 410)
  assert.equal((await reset(newer)).statusCode, 204)
})

test('[P1] 76: of ten uses of a token at once one counts', async () => {
  const maria = await app.person()
  await ask(maria.email)
  const token = tokenIn((await mailTo(maria.email))[0]!)
  const replies = await Promise.all(Array.from({ length: 10 }, (_, n) => reset(token, `${fresh} number ${n}`)))
  assert.equal(replies.filter(({ statusCode }) => statusCode === 204).length, 1)
})

test('[P1] 64: a lock does not keep its owner from a new password, which lifts it; mailboxes are not flooded', async () => {
  const maria = await app.person()
  const login = (password: string) =>
    app.http.inject({
      method: 'POST',
      url: '/auth/login',
      headers: { 'sec-fetch-site': 'same-origin' },
      payload: { email: maria.email, password },
    })
  for (let n = 0; n < 6; n++) await login(`wrong ${n}`)
  assert.equal((await login(testPassword)).statusCode, 429)
  for (let n = 0; n < 8; n++) assert.equal((await ask(maria.email)).statusCode, 202)
  const mails = await mailTo(maria.email)
  assert.equal(mails.length, 5)
  assert.equal((await reset(tokenIn(mails.at(-1)!))).statusCode, 204)
  assert.equal((await login(fresh)).statusCode, 200)
})

test('[P1] the command line makes a link for who gets no mail', async () => {
  const maria = await app.person()
  const link = await app.composed.people.createResetLink(commandContext('person:reset-link'), maria.email)
  assert.equal((await reset(tokenIn(link))).statusCode, 204)
  await assert.rejects(app.composed.people.createResetLink(commandContext('x'), 'nobody@example.com'), /Nobody has/)
})
