/** Passkeys in a real Chromium with a virtual authenticator (CDP), through the console's own pages. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const email = 'maria@example.com'
const password = 'violet harbour lantern orchard'

const own = await instance()
const up = await own.up()
/** Passkeys belong to a host name; this machine's is `localhost`. */
const url = own.url.replace('127.0.0.1', 'localhost')
const { page, complaints, signIn } = await openConsole(url)
// Offered in the e-mail field's list, the virtual authenticator would sign in before anybody chose it.
await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = async () => false')

const devTools = await page.context().newCDPSession(page)
await devTools.send('WebAuthn.enable')
const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
  options: {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  },
})
let recoveryCodes: string[] = []

async function signOut() {
  await page.context().clearCookies()
  await page.goto(`${url}/sign-in`)
}
async function givePassword(at: string) {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('One more step').waitFor()
  assert.ok(page.url().startsWith(at))
}
/** How the newest session was opened, as the account page says it. */
const opened = async () => {
  type Session = { current: boolean; method: string; second_factor: boolean }
  const { sessions } = (await page.evaluate(async () => (await fetch('/api/v1/account/sessions')).json())) as {
    sessions: Session[]
  }
  const { method, second_factor } = sessions.find(({ current }) => current)!
  return { method, second_factor }
}

test('[P1] [U3] a passkey is added on the account page, and recovery codes are shown once', async () => {
  await signIn(up.output().replaceAll('127.0.0.1', 'localhost'))
  await page.goto(`${url}/account`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('shown this once').waitFor()
  recoveryCodes = await dialog.locator('code').allTextContents()
  assert.equal(recoveryCodes.length, 10)
  await dialog.getByRole('button', { name: 'I have them' }).click()
  await page.getByRole('button', { name: 'Rename This device' }).waitFor()
  const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId })
  assert.deepEqual(
    credentials.map(({ isResidentCredential, rpId }) => ({ isResidentCredential, rpId })),
    [{ isResidentCredential: true, rpId: 'localhost' }],
  )
})

test('[P1] [U3] the passkey alone signs in', async () => {
  await signOut()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL(`${url}/`)
  assert.deepEqual(await opened(), { method: 'passkey', second_factor: true })
})

test('[P1] [U3] after the password the passkey is the second step', async () => {
  await signOut()
  await givePassword(url)
  await page.getByRole('button', { name: 'Use the passkey' }).click()
  await page.waitForURL(`${url}/`)
  assert.deepEqual(await opened(), { method: 'password', second_factor: true })
})

test('[P1] an authenticator that does not verify its person lets nobody in', async () => {
  await signOut()
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  const asked = page.waitForResponse((reply) => reply.url().endsWith('/auth/passkey/options'))
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  assert.equal((await asked).status(), 200)
  await page.getByRole('button', { name: 'Sign in with a passkey', disabled: false }).waitFor()
  assert.equal((await page.request.get(`${url}/api/v1/account`)).status(), 401)
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
})

test('[P1] at an IP address a recovery code lets in, and the account page says where passkeys work', async () => {
  await page.goto(`${own.url}/sign-in`)
  assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0)
  await givePassword(own.url)
  await page.getByLabel('Recovery code').fill(recoveryCodes[0]!)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(`${own.url}/`)
  await page.goto(`${own.url}/account`)
  await page.getByText(`They work at ${url}.`).waitFor()
})

test('[P1] removed on the account page, it signs in no more', async () => {
  await signOut()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL(`${url}/`)
  await page.goto(`${url}/account`)
  await page.getByRole('button', { name: 'Remove This device' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click()
  await page.getByText('You have none.').waitFor()
  await signOut()
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('The passkey is not accepted').waitFor()
  assert.deepEqual(complaints, [])
})
