import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jarOf, testApp, testPassword } from '#test/support/app.ts'
import { type Answer, fromPage, makeBench, within } from './test-bench.ts'

const app = await testApp()
const { call, get, post, remove, mailsTo, tokenTo, audited } = makeBench(app)
const alpha = await app.tenant()
const beta = await app.tenant()
const owner = await app.person({ tenantId: alpha.tenantId, name: 'Olga Owner' })
const admin = await app.person({ tenantId: alpha.tenantId, role: 'admin' })
const member = await app.person({ tenantId: alpha.tenantId, role: 'member' })
const stranger = await app.person({ tenantId: beta.tenantId })
const password = testPassword
const signedIn = (answer: Answer) => ({ ...fromPage, cookie: jarOf(answer) })
let count = 0
const address = () => `guest-${++count}@example.com`
const invite = (email: string, role = 'member', as = owner) => post('/invitations', as.headers, { email, role })

test('[P4] an invitation is mailed, previewed, accepted once, and lets in with its role', async () => {
  const email = address()
  const made = await invite(email.toUpperCase(), 'operator')
  assert.equal(made.status, 201, made.text)
  assert.deepEqual(
    [made.body.email, made.body.role, made.body.state, made.body.invited_by],
    [email, 'operator', 'pending', 'Olga Owner'],
  )
  const secret = await tokenTo(email)
  const preview = await post('/auth/invitation', fromPage, { token: secret })
  assert.equal(preview.status, 200, preview.text)
  assert.deepEqual(
    { ...preview.body, expires_at: undefined },
    {
      tenant: 'Test',
      email,
      role: 'operator',
      invited_by: 'Olga Owner',
      expires_at: undefined,
      account_exists: false,
      sign_in: 'password',
    },
  )
  const missing = await post('/auth/invitation/accept', fromPage, { token: secret })
  assert.deepEqual(
    [missing.status, missing.body.errors.map(({ pointer }: { pointer: string }) => pointer)],
    [422, ['#/name', '#/password']],
  )
  const done = await post('/auth/invitation/accept', fromPage, { token: secret, name: 'Gus Guest', password })
  assert.equal(done.status, 200, done.text)
  assert.equal(done.body.tenant.id, alpha.tenantId)
  const session = await get('/session', signedIn(done))
  assert.equal(session.body.tenant.id, alpha.tenantId)
  const listed = (await get('/members', owner.headers)).body.members.find(
    (one: { email: string }) => one.email === email,
  )
  assert.deepEqual([listed.role, listed.source, listed.name], ['operator', 'invitation', 'Gus Guest'])
  const again = await post('/auth/invitation/accept', fromPage, { token: secret, name: 'Gus', password })
  assert.deepEqual([again.status, again.body.type], [410, '/problems/tenants/link-spent'])
  const [entry] = await audited(alpha.tenantId, 'tenants.invitation-accepted')
  assert.equal(entry!.actor_name, 'Gus Guest')
})

test('[P4] 74: who invites above their own role, or without the right, is refused; nobody reads a token back', async () => {
  for (const [as, role, status] of [
    [member, 'viewer', 403],
    [admin, 'owner', 403],
    [admin, 'admin', 201],
    [owner, 'owner', 201],
  ] as const) {
    const { status: got, text } = await invite(address(), role, as)
    assert.equal(got, status, `${role}: ${text}`)
  }
  const email = address()
  await invite(email)
  const secret = await tokenTo(email)
  for (const reader of [owner, admin, member]) {
    const list = await get('/invitations', reader.headers)
    assert.equal(list.status, 200)
    assert.ok(!list.text.includes(secret) && !/token|hash/i.test(list.text))
  }
  const [row] = await app.sql('select token_hash from invitation where email = $1', [email])
  assert.ok(!String(row!.token_hash).includes(secret))
  assert.ok(!(await app.sql('select delta::text as d from audit_events')).some(({ d }) => String(d).includes(secret)))
})

test('[P4] 74: another person’s session is 403, an expired, used, revoked or invented link 410', async () => {
  const email = address()
  const { body } = await invite(email)
  const secret = await tokenTo(email)
  const foreign = await post('/auth/invitation/accept', stranger.headers, { token: secret })
  assert.deepEqual([foreign.status, foreign.body.type], [403, '/problems/tenants/other-person'])
  await app.sql(`update invitation set expires_at = now() - interval '1 second' where id = $1`, [body.id])
  const accept = (given: string) =>
    post('/auth/invitation/accept', fromPage, { token: given, name: 'Gus Guest', password })
  assert.equal((await accept(secret)).status, 410)
  assert.equal((await post('/auth/invitation', fromPage, { token: secret })).status, 410)
  const resent = await post(`/invitations/${body.id}/resend`, owner.headers)
  assert.equal(resent.body.state, 'pending', resent.text)
  assert.equal((await accept(secret)).status, 410, 'sending again replaced the token')
  const fresh = await tokenTo(email)
  assert.notEqual(fresh, secret)
  assert.equal((await remove(`/invitations/${body.id}`, owner.headers)).status, 204)
  assert.equal((await accept(fresh)).status, 410)
  assert.equal((await accept('x'.repeat(43))).status, 410)
  assert.deepEqual(await app.sql('select from person where email = $1', [email]), [], 'and nobody was made')
})

test('[P4] 73: an account without a password is claimed by nobody through a link or by registering', async () => {
  const email = address()
  await app.database.platformTx('test', (tx) => app.composed.people.create(tx, { email, name: 'Sam Single' }))
  await invite(email)
  const secret = await tokenTo(email)
  assert.equal((await post('/auth/invitation', fromPage, { token: secret })).body.account_exists, true)
  const claim = await post('/auth/invitation/accept', fromPage, { token: secret, name: 'Eve', password })
  assert.deepEqual([claim.status, claim.body.type], [401, '/problems/tenants/sign-in-first'])
  await post('/auth/register', fromPage, { email, organisation: 'Eve and sons' })
  const asked = await tokenTo(email)
  const second = await post('/auth/register/confirm', fromPage, { token: asked, name: 'Eve', password })
  assert.equal(second.status, 401, second.text)
  const [row] = await app.sql('select name, password_hash from person where email = $1', [email])
  assert.deepEqual(row, { name: 'Sam Single', password_hash: null })
})

test('[P4] an existing person accepts while signed in, and moves to the tenant with new tokens', async () => {
  const guest = await app.person({ tenantId: beta.tenantId, role: 'viewer' })
  await invite(guest.email, 'admin')
  const done = await post('/auth/invitation/accept', guest.headers, { token: await tokenTo(guest.email) })
  assert.equal(done.status, 200, done.text)
  assert.ok(done.cookies.length >= 2, 'new cookies')
  const session = await get('/session', signedIn(done))
  assert.equal(session.body.tenant.id, alpha.tenantId)
  const old = async () => (await get('/session', guest.headers)).status === 401
  await within(2000, 'what the browser had before is worth nothing', old)
})

test('[P4] who is a member, or has an open invitation, is not invited twice; after it expired, they are', async () => {
  assert.equal((await invite(admin.email)).body.type, '/problems/tenants/already-member')
  const email = address()
  const { body } = await invite(email)
  assert.equal((await invite(email)).body.type, '/problems/tenants/invitation-open')
  await app.sql(`update invitation set expires_at = now() - interval '1 second' where id = $1`, [body.id])
  assert.equal((await invite(email)).status, 201)
})

test('[P5] 98: an address invited by one tenant is free in another, and says nothing of it', async () => {
  const email = address()
  assert.equal((await invite(email)).status, 201)
  const other = await post('/invitations', stranger.headers, { email, role: 'member' })
  assert.equal(other.status, 201)
  const known = await post('/invitations', stranger.headers, { email: owner.email, role: 'member' })
  assert.deepEqual(Object.keys(known.body).sort(), Object.keys(other.body).sort(), 'an account elsewhere shows nowhere')
})

test('[P5] 91: an invitation of another tenant is 404 and stays as it is; 97: fields nobody may set are 422', async () => {
  const { body } = await invite(address())
  for (const answer of [
    await post(`/invitations/${body.id}/resend`, stranger.headers),
    await remove(`/invitations/${body.id}`, stranger.headers),
  ])
    assert.deepEqual([answer.status, answer.body.type], [404, '/problems/not-found'])
  const [row] = await app.sql('select revoked_at from invitation where id = $1', [body.id])
  assert.equal(row!.revoked_at, null)
  for (const field of ['tenant_id', 'id', 'expires_at', 'invited_by', 'accepted_at', 'platform_role', 'source']) {
    const refused = await post('/invitations', owner.headers, { email: address(), role: 'viewer', [field]: 'x' })
    assert.equal(refused.status, 422, field)
  }
  const secret = 'x'.repeat(43)
  for (const field of ['role', 'tenant_id', 'email', 'platform_role'])
    assert.equal((await post('/auth/invitation/accept', fromPage, { token: secret, [field]: 'owner' })).status, 422)
})

test('[P4] of four who accept with one link, one is made a member', async () => {
  const email = address()
  await invite(email)
  const secret = await tokenTo(email)
  const answers = await Promise.all(
    Array.from({ length: 4 }, () =>
      post('/auth/invitation/accept', fromPage, { token: secret, name: 'Gus Guest', password }),
    ),
  )
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal((await app.sql('select from person where email = $1', [email])).length, 1)
  assert.ok(
    answers.every(({ status }) => [200, 401, 409, 410, 503].includes(status)),
    JSON.stringify(answers.map((a) => a.status)),
  )
})

test('[P8] an invitation repeated with its key is one invitation and one mail', async () => {
  const email = address()
  const keyed = { ...owner.headers, 'idempotency-key': 'invite-once' }
  const first = await post('/invitations', keyed, { email, role: 'viewer' })
  const second = await post('/invitations', keyed, { email, role: 'viewer' })
  assert.deepEqual([first.status, second.status, second.body.id], [201, 201, first.body.id])
  assert.equal((await mailsTo(email)).length, 1)
})

test('[P9] accepting from another site’s page is refused', async () => {
  const email = address()
  await invite(email)
  const secret = await tokenTo(email)
  const cross = await post(
    '/auth/invitation/accept',
    { 'sec-fetch-site': 'cross-site' },
    { token: secret, name: 'G', password },
  )
  assert.equal(cross.status, 403)
})

test('[P4] who was taken out does not come back by an invitation that was left open', async () => {
  const guest = await app.person({ tenantId: beta.tenantId, role: 'viewer' })
  await invite(guest.email, 'admin')
  const token = await tokenTo(guest.email)
  // Came in by another door meanwhile.
  await app.database.platformTx('test', (tx) =>
    app.composed.tenants.addMember(tx, { tenantId: alpha.tenantId, personId: guest.id, role: 'viewer', source: 'sso' }),
  )
  assert.equal((await remove(`/members/${guest.id}`, owner.headers)).status, 204)
  assert.equal((await post('/auth/invitation/accept', guest.headers, { token })).status, 410)
})

test('[P4] an invitation lets nobody in again who is suspended, and raises no member', async () => {
  const guest = await app.person({ tenantId: beta.tenantId, role: 'viewer' })
  await invite(guest.email, 'admin')
  const token = await tokenTo(guest.email)
  await app.database.platformTx('test', (tx) =>
    app.composed.tenants.addMember(tx, { tenantId: alpha.tenantId, personId: guest.id, role: 'viewer', source: 'sso' }),
  )
  await call('PATCH', `/members/${guest.id}`, owner.headers, { status: 'suspended' })
  const done = await post('/auth/invitation/accept', guest.headers, { token })
  assert.equal(done.status, 200, done.text)
  assert.equal((await get('/members', signedIn(done))).status, 403)
  const [row] = await app.sql('select role, status from member where person_id = $1 and tenant_id = $2', [
    guest.id,
    alpha.tenantId,
  ])
  assert.deepEqual(row, { role: 'viewer', status: 'suspended' })
})
