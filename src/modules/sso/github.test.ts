import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from '#test/support/app.ts'
import { type GitHubTestAccount as Account, startGitHub } from '#test/support/github.ts'
import { openBrowser } from './test-browser.ts'

const github = await startGitHub()
const { says, agree } = github
const app = await testApp({ ...github.environment, ALLOW_TEST_LOGIN: '1' })

async function signIn(account: Account, returnTo = '/metrics') {
  const browser = openBrowser(app.http)
  const { location } = await browser.start(`/auth/github/start?return_to=${encodeURIComponent(returnTo)}`)
  return { browser, asked: new URL(location), ...(await browser.comeBack(agree(location, account))) }
}
const person = async (email: string, role: string | null = null) =>
  (
    await app.sql(
      `insert into person (id, email, name, platform_role) values (gen_random_uuid(), $1, 'x', $2) returning id`,
      [email, role],
    )
  )[0]!.id
const verified = (email: string) => [
  { email: 'old@example.com', primary: false, verified: true },
  { email, primary: true, verified: true },
]
const sessions = async () => Number((await app.sql('select count(*)::int as n from person_session'))[0]!.n)

test('[P3] GitHub signs in the person whose address it verified, by its number from then on', async () => {
  const ada = await person('ada@example.com')
  const { browser, location, asked } = await signIn(
    { id: 11, login: 'ada', emails: verified('Ada@Example.com') },
    '/alerts',
  )
  assert.equal(location, '/alerts')
  assert.equal((await browser.session())?.person?.id, ada)
  assert.equal(asked.pathname, '/login/oauth/authorize')
  assert.equal(asked.searchParams.get('code_challenge_method'), 'S256')
  assert.equal(asked.searchParams.get('scope'), 'read:user user:email')
  assert.ok(asked.searchParams.get('redirect_uri')!.endsWith('/auth/github/callback'))
  const [row] = await app.sql('select subject from person_identity where person_id = $1', [ada])
  assert.equal(row!.subject, '11')
})

test('[P3] 87: another address at GitHub takes over no account, nor does another login of the same name', async () => {
  const [bob, eve] = [await person('bob@example.com'), await person('eve@example.com')]
  await signIn({ id: 21, login: 'bob', emails: verified('bob@example.com') })
  const changed = await signIn({ id: 21, login: 'bob', emails: verified('eve@example.com') })
  assert.equal((await changed.browser.session())?.person?.id, bob)
  const second = await signIn({ id: 22, login: 'bob', emails: verified('bob@example.com') })
  assert.equal(second.problem, 'sso/email-not-verified')
  assert.equal((await app.sql('select 1 from person_identity where person_id = $1', [eve])).length, 0)
})

test('[P3] 87: unverified addresses, strangers, platform roles and disabled people do not get in', async () => {
  await person('cat@example.com')
  await person('root@example.com', 'platform_admin')
  const dan = await person('dan@example.com')
  await signIn({ id: 31, login: 'dan', emails: verified('dan@example.com') })
  await app.sql(`update person set status = 'disabled' where id = $1`, [dan])
  const before = await sessions()
  const cases: [Account, string][] = [
    [{ id: 32, login: 'cat', emails: [{ email: 'cat@example.com', primary: true, verified: false }] }, 'sso/no-email'],
    [{ id: 32, login: 'cat', emails: [{ email: 'cat@example.com', primary: false, verified: true }] }, 'sso/no-email'],
    [{ id: 32, login: 'cat', emails: [] }, 'sso/no-email'],
    [{ id: 33, login: 'who', emails: verified('who@example.com') }, 'sso/no-account'],
    [{ id: 34, login: 'root', emails: verified('root@example.com') }, 'sso/no-account'],
    [{ id: 31, login: 'dan', emails: verified('dan@example.com') }, 'sso/account-disabled'],
    [{ id: '35', login: 'cat', emails: verified('cat@example.com') }, 'sso/provider-error'],
    [{ id: 1.5, login: 'cat', emails: verified('cat@example.com') }, 'sso/provider-error'],
  ]
  for (const [account, slug] of cases) assert.equal((await signIn(account)).problem, slug, JSON.stringify(account))
  assert.equal(await sessions(), before)
  assert.equal((await app.sql(`select 1 from person where email = 'who@example.com'`)).length, 0)
})

test('[P3] 79: 80: 82: state, verifier and code are of this browser and this attempt', async () => {
  await person('fay@example.com')
  const account = { id: 41, login: 'fay', emails: verified('fay@example.com') }
  const before = await sessions()
  const browser = openBrowser(app.http)
  const attempt = async (change: (path: string) => string | Promise<string>) => {
    const { location } = await browser.start('/auth/github/start')
    return (await browser.comeBack(await change(agree(location, account)))).problem
  }
  assert.equal(await attempt((path) => path.replace(/state=[^&]*/, 'state=wrong')), 'sso/flow-lost')
  assert.equal(await attempt((path) => path.replace(/&state=[^&]*/, '')), 'sso/flow-lost')
  assert.equal(await attempt((path) => path.replace(/code=[^&]*/, 'code=unknown')), 'sso/code-refused')
  const stolen = agree((await openBrowser(app.http).start('/auth/github/start')).location, account)
  assert.equal(await attempt((path) => path.replace(/code=[^&]*/, /code=[^&]*/.exec(stolen)![0])), 'sso/code-refused')
  assert.equal(
    await attempt((path) => {
      browser.jar.clear()
      return path
    }),
    'sso/flow-lost',
  )
  assert.equal(await attempt((path) => path.replace('/github/', '/social/')), 'sso/not-offered')
  assert.equal(await attempt(() => '/auth/github/callback?error=access_denied'), 'sso/flow-lost')
  assert.equal(await sessions(), before)
})

test('[P3] errors that GitHub tells have their own words', async () => {
  const account = { id: 51, login: 'gus', emails: verified('gus@example.com') }
  for (const [error, slug] of [
    ['incorrect_client_credentials', 'sso/client-refused'],
    ['redirect_uri_mismatch', 'sso/redirect-mismatch'],
    ['bad_verification_code', 'sso/code-refused'],
    ['something_new', 'sso/provider-error'],
  ]) {
    says.tokenError = error
    assert.equal((await signIn(account)).problem, slug)
  }
  says.tokenError = undefined
  says.apiStatus = 500
  assert.equal((await signIn(account)).problem, 'sso/provider-error')
  says.apiStatus = 200
})

test('[P3] the test login opens a session for somebody who exists, from this origin only', async () => {
  const hal = await person('hal@example.com')
  const browser = openBrowser(app.http)
  const send = (payload: object, headers: Record<string, string> = { 'sec-fetch-site': 'same-origin' }) =>
    browser.send({
      method: 'POST',
      url: '/auth/test-login',
      payload,
      headers: { ...headers, accept: 'application/json' },
    })
  assert.equal((await send({ email: 'hal@example.com' }, { 'sec-fetch-site': 'cross-site' })).statusCode, 403)
  assert.equal((await send({ email: 'nobody@example.com' })).json().type, '/problems/sso/no-account')
  assert.equal((await send({ email: 'hal@example.com', role: 'owner' })).statusCode, 422)
  const reply = await send({ email: 'HAL@example.com' })
  assert.equal(reply.statusCode, 200, reply.body)
  assert.equal((await browser.session())?.person?.id, hal)
  const bearer = await send({ email: 'hal@example.com', transport: 'bearer' })
  assert.match(bearer.json().access_token, /^eyJ/)
  const methods = (await app.http.inject({ url: '/auth/methods' })).json()
  assert.deepEqual([methods.test_login, methods.github, methods.oidc], [true, true, null])
})
