import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jarOf, signIn, testApp } from '#test/support/app.ts'

const good = 'violet harbour lantern orchard'
const sameOrigin = { 'sec-fetch-site': 'same-origin' }
type App = Awaited<ReturnType<typeof testApp>>
const tokenOf = (link: string) => new URL(link).hash.slice('#token='.length)
const setUp = (app: App, token: string, more: object = {}) =>
  app.http.inject({
    method: 'POST',
    url: '/auth/setup',
    headers: sameOrigin,
    payload: { token, email: 'maria@example.com', name: 'Maria Example', password: good, ...more },
  })
const needed = async (app: App) => (await app.http.inject('/auth/setup')).json().needed
const admins = (app: App) => app.sql(`select email from person where platform_role = 'platform_admin' order by email`)

test('[R2] 75: of 50 first set-ups at once, with several links, one makes the administrator; then the links are dead', async () => {
  const app = await testApp()
  const links = await Promise.all([1, 2, 3].map(() => app.composed.people.createSetupUrl('first')))
  assert.match(links[0]!, /^http:\/\/127\.0\.0\.1:3333\/setup#token=[\w-]{43}$/)
  assert.equal(await needed(app), true)
  const weak = await setUp(app, tokenOf(links[0]!), { password: 'maria.example.com' })
  assert.equal(weak.statusCode, 422)
  assert.equal(weak.json().errors[0].pointer, '#/password', 'the link is still good')
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, n) => setUp(app, tokenOf(links[n % 3]!), { email: `maria${n}@example.com` })),
  )
  const count = (status: number) => replies.filter(({ statusCode }) => statusCode === status).length
  assert.deepEqual([count(200), count(410)], [1, 49])
  assert.equal((await admins(app)).length, 1)
  assert.equal((await app.sql('select from person')).length, 1)
  assert.equal(await needed(app), false)
  for (const link of links) assert.equal((await setUp(app, tokenOf(link))).statusCode, 410)
  const late = await app.composed.people.createSetupUrl('first')
  assert.equal((await setUp(app, tokenOf(late))).statusCode, 410, 'a first link is worth nothing once there is one')

  const winner = replies.find(({ statusCode }) => statusCode === 200)!
  const headers = { cookie: jarOf(winner), ...sameOrigin }
  const session = (await app.http.inject({ url: '/api/v1/session', headers })).json()
  assert.equal(session.platform_role, 'platform_admin')
  assert.equal(session.tenant.role, 'owner')
  assert.equal(session.tenant.name, 'Default')
  assert.deepEqual(await app.sql('select role, source from member'), [{ role: 'owner', source: 'first' }])
  const [made] = await app.sql(`select actor_type, delta from audit_events where action = 'people.administrator-made'`)
  assert.equal(made!.actor_type, 'person')
})

test('[R2] who holds the machine makes one more administrator, once a link and within a day', async () => {
  const app = await testApp()
  await app.person({ platformRole: 'platform_admin' })
  const link = tokenOf(await app.composed.people.createSetupUrl('further'))
  const old = tokenOf(await app.composed.people.createSetupUrl('further'))
  await app.sql(`update setup_link set expires_at = now() - interval '1 second' where hash = sha256($1::bytea)`, [old])
  assert.equal((await setUp(app, old)).statusCode, 410)
  assert.equal((await setUp(app, link)).statusCode, 200)
  assert.equal((await setUp(app, link, { email: 'paul@example.com' })).statusCode, 410)
  assert.equal((await setUp(app, 'x'.repeat(43))).statusCode, 410)
  assert.equal((await admins(app)).length, 2)
  assert.equal((await app.sql(`select from member where source = 'first'`)).length, 0, 'the tenant has its owner')
  await signIn(app.http, 'maria@example.com', good)
})

test('[R2] an address that somebody has does not spend the link', async () => {
  const app = await testApp()
  await app.person({ platformRole: 'platform_admin', email: 'maria@example.com' })
  const link = tokenOf(await app.composed.people.createSetupUrl('further'))
  assert.equal((await setUp(app, link)).json().type, '/problems/people/email-taken')
  assert.equal((await setUp(app, link, { email: 'paul@example.com' })).statusCode, 200)
})

test('[R2] the environment names the first administrator: once, and not with a password that would be guessed', async () => {
  const app = await testApp()
  const { ensureFirstAdmin } = app.composed.people
  await assert.rejects(ensureFirstAdmin({ email: 'maria@example.com', password: 'maria@example.com' }), /your name/)
  assert.equal(await needed(app), true)
  const made = await Promise.all([1, 2, 3].map(() => ensureFirstAdmin({ email: 'maria@example.com', password: good })))
  assert.deepEqual(made.filter(Boolean), [true])
  assert.equal(
    await ensureFirstAdmin({ email: 'paul@example.com', password: 'weak' }),
    false,
    'a second start changes nothing',
  )
  assert.deepEqual(await admins(app), [{ email: 'maria@example.com' }])
  const { headers } = { headers: await signIn(app.http, 'maria@example.com', good) }
  assert.equal((await app.http.inject({ url: '/api/v1/session', headers })).json().tenant.role, 'owner')
})

test('[O7] [R2] the doctor says when nobody can administer, and when somebody tries passwords', async () => {
  const app = await testApp()
  const check = app.composed.started
    .flatMap(({ doctor }) => [...(doctor ?? [])])
    .find(({ name }) => name === 'people.sign-in')!
  const told = async () =>
    (await check.check()).map(({ level, finding, fix }) => `${level}: ${finding} ${fix ?? ''}`).join('\n')
  assert.match(await told(), /^warning: There is no active platform administrator.*daytwo setup:url/)
  await app.person({ platformRole: 'platform_admin' })
  assert.match(await told(), /^ok: People who can sign in: 1, administrators among them: 1; open sessions: 1/)
  await app.sql(
    `insert into sign_in_attempt (key, failures, locked_until) select sha256(n::text::bytea), 5, now() + interval '1 minute' from generate_series(1, 20) n`,
  )
  assert.match(await told(), /warning: 20 accounts are locked/)
})
