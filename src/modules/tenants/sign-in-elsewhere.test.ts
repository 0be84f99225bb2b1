/** Coming in where the identity provider is the way in: an account without a password, and a session from the provider alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomToken } from '#kernel/clock/index.ts'
import { sha256 } from '#kernel/crypto/index.ts'
import { openBrowser } from '#modules/sso/test-browser.ts'
import { startProvider } from '#modules/sso/test-provider.ts'
import { testPassword as password, testApp } from '#test/support/app.ts'
import { testContext } from '#test/support/database.ts'
import { fromPage, makeBench } from './test-bench.ts'

const redirectUri = 'http://127.0.0.1:3333/auth/social/callback'
const client = { id: 'daytwo', secret: 'a secret of the client' }
const provider = await startProvider(redirectUri, client)
const app = await testApp({
  AUTH_METHOD: 'oidc',
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: client.id,
  OIDC_CLIENT_SECRET: client.secret,
  OIDC_REDIRECT_URI: redirectUri,
  OIDC_LABEL: 'Works',
  DIAL_ALLOW: '127.0.0.1',
})
const { call, get, post, audited } = makeBench(app)
const { tenantId } = await app.tenant()
const byKey = await app.key({ tenantId })
const platform = await app.person({ platformRole: 'platform_admin' })
let count = 0
/** Of somebody who has an account of the same name at the provider. */
const newcomer = () => `newcomer${++count}@example.com`
const nameOf = (email: string) => email.split('@')[0]!

/** The token of the mail. */
async function invite(email: string, role = 'operator'): Promise<string> {
  const made = await post('/invitations', byKey, { email, role })
  assert.equal(made.status, 201, made.text)
  return tokenTo(email)
}

async function textTo(address: string): Promise<string> {
  const { mails } = (await get('/mail?limit=200', platform.headers)).body
  const newest = mails.find(({ to }: { to: string }) => to === address)
  return (await get(`/mail/${newest.id}`, platform.headers)).body.text
}
const tokenTo = async (address: string) => /#token=([\w-]+)/.exec(await textTo(address))![1]!
const accept = (token: string, more: object = {}) =>
  post('/auth/invitation/accept', fromPage, { token, name: 'Nina New', ...more })
const confirm = (token: string, more: object = {}) =>
  post('/auth/register/confirm', fromPage, { token, name: 'Fay Founder', ...more })

/** Signs in at the provider, which says these things of the account. */
async function signIn(email: string, { account = nameOf(email), ...claims }: Record<string, unknown> = {}) {
  provider.accounts.set(String(account), { email, email_verified: true, name: 'As the provider says', ...claims })
  const browser = openBrowser(app.http)
  const { location } = await browser.start('/auth/oidc/start?return_to=%2Fmetrics')
  const end = await browser.comeBack(await provider.agree(location, String(account)))
  return { ...end, browser, session: await browser.session() }
}
const personOf = async (email: string) =>
  (
    await app.sql(
      `select p.id, p.name, p.password_hash, p.password_changed_at,
        (select count(*)::int from person_session s where s.person_id = p.id) as sessions,
        (select count(*)::int from person_identity i where i.person_id = p.id) as identities
      from person p where p.email = $1`,
      [email],
    )
  )[0]
const unclaimed = { password_hash: null, password_changed_at: null, sessions: 0, identities: 0 }
async function joinByAddress(value: boolean) {
  const put = await call('PUT', '/settings/sso.link_verified_email', platform.headers, { value })
  assert.equal(put.status, 200, put.text)
}

test('[P2] [P4] with oidc an invited newcomer gets an account without a password and no session, signs in at the provider, and has the role', async () => {
  const email = newcomer()
  const token = await invite(email)
  const preview = await post('/auth/invitation', fromPage, { token })
  assert.deepEqual([preview.body.account_exists, preview.body.sign_in], [false, 'oidc'])
  const done = await accept(token)
  assert.equal(done.status, 200, done.text)
  assert.deepEqual(done.body, {
    status: 'sign-in-elsewhere',
    provider: 'Works',
    tenant: { id: tenantId, name: 'Test' },
  })
  assert.deepEqual(done.cookies, [])
  const { id, ...made } = (await personOf(email))!
  assert.deepEqual(made, { name: 'Nina New', ...unclaimed })
  const [entry] = await audited(tenantId, 'tenants.invitation-accepted')
  assert.equal(entry!.subject, `person:${id}`)

  const { location, session } = await signIn(email)
  assert.equal(location, '/metrics')
  assert.deepEqual(
    [session?.person?.id, session?.tenant?.id, session?.tenant?.role, session?.platform_role],
    [id, tenantId, 'operator', null],
  )
  assert.equal((await personOf(email))!.password_hash, null)
  const joined = await app.sql(`select subject from audit_events where action = 'sso.identity-joined'`)
  assert.deepEqual(joined, [{ subject: `person:${id}` }])
})

test('[P2] [P4] with oidc somebody who lost every role gets in again once invited, as nobody’s member until they accept', async () => {
  const email = newcomer()
  await accept(await invite(email))
  const { id } = (await signIn(email)).session!.person!
  const removed = await call('DELETE', `/members/${id}`, byKey)
  assert.equal(removed.status, 204, removed.text)
  assert.equal((await signIn(email)).problem, 'sso/no-groups')

  const token = await invite(email, 'viewer')
  const { session, browser } = await signIn(email)
  assert.deepEqual([session?.person?.id, session?.tenant], [id, null])
  const done = await browser.send({
    method: 'POST',
    url: '/auth/invitation/accept',
    headers: fromPage,
    payload: { token },
  })
  assert.equal(done.statusCode, 200, done.body)
  assert.equal((await signIn(email)).session?.tenant?.role, 'viewer')
})

test('[P4] with oidc a name may be left out: the address gives one', async () => {
  const email = newcomer()
  const done = await post('/auth/invitation/accept', fromPage, { token: await invite(email) })
  assert.equal(done.status, 200, done.text)
  assert.equal((await personOf(email))!.name, nameOf(email))
})

test('[P2] [P4] with oidc a password in the body is 422 and names the field; the link stays good and nobody is made', async () => {
  const email = newcomer()
  const token = await invite(email)
  await post('/auth/register', fromPage, { email: `also-${email}`, organisation: 'Blue Bicycles' })
  for (const refused of [
    await accept(token, { password }),
    await confirm(await tokenTo(`also-${email}`), { password }),
    await post('/auth/invitation/accept', platform.headers, { token, password }),
  ])
    assert.deepEqual(
      [refused.status, refused.body.type, refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)],
      [422, '/problems/invalid-request', ['#/password']],
    )
  assert.equal(await personOf(email), undefined)
  assert.equal((await post('/auth/invitation', fromPage, { token })).status, 200)
})

test('[P2] [P4] with oidc a confirmed registration makes no password and no session; once approved its person signs in as the owner', async () => {
  const email = newcomer()
  await post('/auth/register', fromPage, { email, organisation: 'Red Rowers' })
  assert.match(await textTo(email), /takes no password/)
  const done = await confirm(await tokenTo(email))
  assert.equal(done.status, 200, done.text)
  assert.deepEqual(done.body, { status: 'sign-in-elsewhere', provider: 'Works', registration: 'requested' })
  assert.deepEqual(done.cookies, [])
  const { id, ...made } = (await personOf(email))!
  assert.deepEqual(made, { name: 'Fay Founder', ...unclaimed })
  assert.equal((await signIn(email)).problem, 'sso/no-groups', 'there is nothing to enter yet')
  const { registrations } = (await get('/registrations?status=requested', platform.headers)).body
  const asked = registrations.find((row: { email: string }) => row.email === email)
  const approved = await post(`/registrations/${asked.id}/approve`, platform.headers, { plan: 'core' })
  assert.equal(approved.status, 201, approved.text)
  const { session } = await signIn(email)
  assert.deepEqual(
    [session?.person?.id, session?.tenant?.id, session?.tenant?.role],
    [id, approved.body.tenant.id, 'owner'],
  )
})

test('[P2] the account of somebody invited is joined by an address that the provider vouches for, and by the first identity alone', async () => {
  const email = newcomer()
  await accept(await invite(email, 'admin'))
  for (const claims of [{ email_verified: false }, { email_verified: undefined }, { email_verified: 'true' }])
    assert.equal((await signIn(email, claims)).problem, 'sso/no-groups', JSON.stringify(claims))
  assert.equal((await signIn(`other-${email}`)).problem, 'sso/no-groups')
  const { id, name, ...still } = (await personOf(email))!
  assert.deepEqual([name, still], ['Nina New', unclaimed])
  assert.equal((await signIn(email)).session?.person?.id, id)
  assert.equal((await signIn(email, { account: `second-${nameOf(email)}` })).problem, 'sso/no-groups')
  assert.equal((await personOf(email))!.identities, 1)
})

test('[P2] while joining by address is off, only an account that an invitation made and nobody had yet is joined', async () => {
  const [invited, twice, known, idle, staff] = [newcomer(), newcomer(), newcomer(), newcomer(), newcomer()]
  for (const email of [invited, twice, staff]) await accept(await invite(email))
  await app.sql(`update person set platform_role = 'support' where email = $1`, [staff])
  // Has a password from before: whoever chose it may be another than who has the address now.
  const { people, tenants } = app.composed
  const passwordHash = await people.hashNewPassword(password, [])
  await app.database.platformTx('test', async (tx) => {
    const { id: personId } = await people.create(tx, { email: known, name: 'Had One', passwordHash })
    await tenants.addMember(tx, { tenantId, personId, role: 'admin', source: 'invitation' })
    await people.create(tx, { email: idle, name: 'No Role' })
  })
  const [{ id: taken }] = (await app.sql('select id from person where email = $1', [twice])) as [{ id: string }]
  await app.sql(`insert into person_identity (issuer, subject, person_id) values ('https://github.com', '7', $1)`, [
    taken,
  ])
  await joinByAddress(false)
  try {
    assert.equal((await signIn(invited, { email_verified: false })).problem, 'sso/no-groups')
    const { session } = await signIn(invited)
    assert.deepEqual([session?.person?.email, session?.tenant?.role], [invited, 'operator'])
    for (const email of [twice, known, idle, staff])
      assert.equal((await signIn(email, { groups: [] })).problem, 'sso/no-role', email)
    assert.deepEqual(
      await Promise.all([twice, known, idle, staff].map(async (email) => (await personOf(email))!.identities)),
      [1, 0, 0, 0],
    )
  } finally {
    await joinByAddress(true)
  }
})

test('[P4] with oidc somebody with an account accepts while signed in, and goes on in the tenant', async () => {
  const other = await app.tenant()
  const email = newcomer()
  await accept(await invite(email))
  await signIn(email)
  const browser = openBrowser(app.http)
  const { location } = await browser.start('/auth/oidc/start')
  await browser.comeBack(await provider.agree(location, nameOf(email)))
  const made = await post('/invitations', await app.key({ tenantId: other.tenantId }), { email, role: 'viewer' })
  assert.equal(made.status, 201, made.text)
  const token = await tokenTo(email)
  const alone = await accept(token)
  assert.deepEqual([alone.status, alone.body.type], [401, '/problems/tenants/sign-in-first'])
  const done = await browser.send({
    method: 'POST',
    url: '/auth/invitation/accept',
    headers: { ...fromPage, accept: 'application/json' },
    payload: { token },
  })
  assert.deepEqual([done.statusCode, done.json().status], [200, 'signed-in'], done.body)
  assert.equal((await browser.session())?.tenant?.id, other.tenantId)
})

test('[P2] [P4] with oidc no reset gives such an account a password: none is mailed, and a link from the command line is refused', async () => {
  const email = newcomer()
  await accept(await invite(email))
  for (const to of [email, platform.email]) {
    const asked = await post('/auth/reset/request', fromPage, { email: to })
    assert.equal(asked.status, 202, asked.text)
  }
  await app.composed.people.settled()
  assert.match(await textTo(platform.email), /\/reset#token=/, 'a platform administrator has a password to forget')
  assert.doesNotMatch(await textTo(email), /\/reset#token=/)
  await assert.rejects(app.composed.people.createResetLink(testContext(), email), /identity provider/)
  // A link from before the provider became the way in.
  const token = randomToken(32)
  await app.sql(
    `insert into password_reset (hash, person_id, expires_at) select $1, id, now() + interval '5 minutes' from person where email = $2`,
    [sha256(token), email],
  )
  const reset = await post('/auth/reset', fromPage, { token, password })
  assert.deepEqual([reset.status, reset.body.type], [410, '/problems/people/link-spent'], reset.text)
  assert.equal((await personOf(email))!.password_hash, null)
})
