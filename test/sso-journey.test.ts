/** Signing in with an identity provider and a second factor that the installation demands: in a real Chromium, by keyboard alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOTP } from 'otpauth'
import { defaultTenantId } from '#kernel/context/index.ts'
import { startProvider } from '#modules/sso/test-provider.ts'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const client = { id: 'daytwo', secret: 'a client secret of the tests' }
const own = await instance({
  AUTH_METHOD: 'oidc',
  OIDC_CLIENT_ID: client.id,
  OIDC_CLIENT_SECRET: client.secret,
  OIDC_LABEL: 'Continue with Works',
  DIAL_ALLOW: '127.0.0.1',
})
const provider = await startProvider(`${own.url}/auth/social/callback`, client)
Object.assign(own.environment, {
  OIDC_ISSUER: provider.issuer,
  OIDC_REDIRECT_URI: `${own.url}/auth/social/callback`,
})
provider.accounts.set('ada', { email: 'ada@example.com', email_verified: true, name: 'Ada Example', groups: ['works'] })
provider.accounts.set('nina', { email: 'nina@example.com', email_verified: true, name: 'Nina at Works' })
provider.accounts.set('eve', { email: 'eve@example.com', email_verified: true, name: 'Eve Example', groups: [] })

const up = await own.up()
const { page, complaints, keyboard, accessible, accessibleInBothThemes, signIn } = await openConsole(own.url)
const { focusComesTo, press, fill } = keyboard
// The provider's pages want a font of the world.
await page.route(/fonts\.googleapis\.com/, (route) => route.fulfill({ contentType: 'text/css', body: '' }))
let secret = ''

/** A code that was not used before: each works once. */
const codeIn = (steps: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 })

/** The link that an administrator mailed to Nina. */
let invitation = ''

/** What the API answers to this browser. */
const asked = (path: string, method = 'GET', body?: object) =>
  page.evaluate(
    async ({ path, method, body }) => {
      const sent = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const reply = await fetch(`/api/v1${path}`, { method, ...(body ? sent : {}) })
      return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
    },
    { path, method, body },
  )

async function signOut(name: string) {
  await press(new RegExp(`^button You: ${name}`))
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/sign-in/)
}

/** By the button, and over the provider's own pages. */
async function enterElsewhereAs(account: string) {
  await press(/^a Continue with Works/)
  await page.waitForURL((at) => at.href.startsWith(provider.issuer))
  await fill(/^input Enter any login/, account)
  await fill(/^input and password/, 'any')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Continue' }).waitFor()
  await press(/^button Continue/)
}

/** From the button that has the focus to the recovery codes, and on. */
async function connectApp() {
  await focusComesTo(/^button Connect an authenticator app/)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('img', { name: 'QR code' }).waitFor()
  secret = (await dialog.locator('code').textContent())!.replaceAll(' ', '')
  await focusComesTo(/^input Code/)
  await page.keyboard.type(codeIn(0))
  await dialog.getByText('shown this once').waitFor()
  await focusComesTo(/^button I have them/)
  await page.keyboard.press('Enter')
}

test('[U3] [P1] a second factor is demanded: who has none is led to one, and nothing else works before', async () => {
  await signIn(up.output())
  const mapping = { group: 'works', tenant_id: defaultTenantId, role: 'viewer' }
  assert.equal((await asked('/oidc-mappings', 'POST', mapping)).status, 201)
  const invited = { email: 'nina@example.com', role: 'operator' }
  assert.equal((await asked('/invitations', 'POST', invited)).status, 201)
  const { mails } = (await asked('/mail')).body as { mails: { id: number; to: string }[] }
  const { text } = (await asked(`/mail/${mails.find(({ to }) => to === invited.email)!.id}`)).body
  invitation = /http\S+\/invitation#token=\S+/.exec(String(text))![0]
  await page.goto(`${own.url}/queue`)
  await page.getByRole('heading', { level: 1, name: 'Event queue' }).waitFor()
  const demand = await asked('/settings/access.require_second_factor', 'PUT', { value: 'everyone' })
  assert.equal(demand.status, 200)

  // Nobody touches the page that is open.
  await page.getByRole('heading', { level: 1, name: 'Add a second factor' }).waitFor()
  assert.equal(await page.getByRole('navigation').count(), 0)
  for (const path of ['/streams', '/api-keys', '/settings', '/members', '/audit'])
    assert.equal((await asked(path)).status, 403, path)
  for (const path of ['/session', '/account', '/account/second-factors'])
    assert.equal((await asked(path)).status, 200, path)

  await accessibleInBothThemes('/queue?status=pending', 'Add a second factor')
  await connectApp()
  await page.getByRole('heading', { level: 1, name: 'Event queue' }).waitFor()
  assert.equal(page.url(), `${own.url}/queue?status=pending`)
  assert.equal((await asked('/streams')).status, 200)
})

test('[U3] [P2] somebody of the identity provider signs in by its pages, and adds the second factor here', async () => {
  await signOut('Maria Example')
  await accessible()
  await enterElsewhereAs('ada')
  await page.getByRole('heading', { level: 1, name: 'Add a second factor' }).waitFor()
  await accessible()
  await connectApp()
  await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
  await page.getByRole('button', { name: /^You: Ada Example/ }).waitFor()
})

test('[U3] [P2] the next time the provider is the first step, the code the second, the wanted page the third', async () => {
  await signOut('Ada Example')
  await page.goto(`${own.url}/queue?status=pending`)
  // The provider remembers her.
  await press(/^a Continue with Works/)
  await page.getByRole('heading', { level: 1, name: 'One more step' }).waitFor()
  const { pathname, hash, searchParams } = new URL(page.url())
  assert.deepEqual({ pathname, hash }, { pathname: '/sign-in', hash: '' }, 'the challenge does not stay in the address')
  assert.equal(searchParams.get('return_to'), '/queue?status=pending')
  assert.equal((await page.request.get(`${own.url}/api/v1/session`)).status(), 401, 'half a sign-in is none')
  await focusComesTo(/^input Code of the authenticator app/)
  await accessible()
  await page.keyboard.type('000000')
  await page.getByRole('alert').getByText('The second factor is not accepted').waitFor()
  await fill(/^input Code/, codeIn(1))
  await page.waitForURL(`${own.url}/queue?status=pending`)
  await focusComesTo(/^h1 Event queue/)
  type Session = { current: boolean; method: string; second_factor: boolean }
  const { sessions } = (await asked('/account/sessions')).body as { sessions: Session[] }
  const { method, second_factor } = sessions.find(({ current }) => current)!
  assert.deepEqual({ method, second_factor }, { method: 'oidc', second_factor: true })
})

test('[U3] [P2] who belongs to no mapped group is sent back, told why and what to do', async () => {
  await page.context().clearCookies()
  await page.goto(`${own.url}/sign-in`)
  await enterElsewhereAs('eve')
  await page.getByRole('alert').getByText('None of your groups has a role here').waitFor()
  assert.equal(new URL(page.url()).pathname, '/sign-in')
  await accessible()
})

test('[U3] [P2] [P4] who is invited chooses no password: they join, sign in at the provider, and have the role', async () => {
  await page.context().clearCookies()
  await page.goto(invitation)
  await page.getByRole('heading', { level: 1, name: /^Join / }).waitFor()
  await page.getByText('as an operator').waitFor()
  assert.equal(await page.getByLabel(/password/i).count(), 0)
  await accessible()
  await fill(/^input Your name/, 'Nina Newcomer')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /^You belong to / }).waitFor()
  assert.equal((await page.request.get(`${own.url}/api/v1/session`)).status(), 401, 'the link opened no session')
  await accessible()
  await enterElsewhereAs('nina')
  await page.getByRole('heading', { level: 1, name: 'Add a second factor' }).waitFor()
  const { person, tenant } = (await asked('/session')).body as Record<string, Record<string, unknown>>
  assert.deepEqual([person?.email, person?.name], ['nina@example.com', 'Nina Newcomer'])
  assert.deepEqual([tenant?.id, tenant?.role], [defaultTenantId, 'operator'])
  const { has_password: hasPassword } = (await asked('/account')).body
  assert.equal(hasPassword, false)
})

test('no page complained: no script error, nothing the content security policy refused', () => {
  assert.deepEqual(complaints, [])
})
