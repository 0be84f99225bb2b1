/** Passkeys in a real Chromium with a virtual authenticator (CDP), through the console's own pages, by keyboard alone. */
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
const { page, complaints, keyboard, accessible, signIn } = await openConsole(url)
const { focusComesTo, press, fill } = keyboard
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
  await focusComesTo(/^input E-mail address/)
}
async function givePassword(at: string) {
  await fill(/^input E-mail address/, email)
  await fill(/^input Password/, password)
  await page.keyboard.press('Enter')
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
  await press(/^button Add a passkey/)
  const dialog = page.getByRole('dialog')
  await dialog.getByText('shown this once').waitFor()
  recoveryCodes = await dialog.locator('code').allTextContents()
  assert.equal(recoveryCodes.length, 10)
  await focusComesTo(/^button I have them/)
  await accessible()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Rename This device' }).waitFor()
  const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId })
  assert.deepEqual(
    credentials.map(({ isResidentCredential, rpId }) => ({ isResidentCredential, rpId })),
    [{ isResidentCredential: true, rpId: 'localhost' }],
  )
})

test('[P1] [U3] the passkey alone signs in', async () => {
  await signOut()
  await press(/^button Sign in with a passkey/)
  await page.waitForURL(`${url}/`)
  assert.deepEqual(await opened(), { method: 'passkey', second_factor: true })
})

test('[P1] [U3] after the password the passkey is the second step', async () => {
  await signOut()
  await givePassword(url)
  await focusComesTo(/^button Use the passkey/)
  await accessible()
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/`)
  assert.deepEqual(await opened(), { method: 'password', second_factor: true })
})

test('[P1] an authenticator that does not verify its person lets nobody in', async () => {
  await signOut()
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  const asked = page.waitForResponse((reply) => reply.url().endsWith('/auth/passkey/options'))
  await press(/^button Sign in with a passkey/)
  assert.equal((await asked).status(), 200)
  await page.getByRole('button', { name: 'Sign in with a passkey', disabled: false }).waitFor()
  assert.equal((await page.request.get(`${url}/api/v1/account`)).status(), 401)
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
})

test('[P1] at an IP address a recovery code lets in, and the account page says where passkeys work', async () => {
  await page.goto(`${own.url}/sign-in`)
  await page.getByLabel('E-mail address').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Sign in with a passkey' }).count(), 0)
  await givePassword(own.url)
  await focusComesTo(/^input Recovery code/)
  await page.keyboard.type(recoveryCodes[0]!)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${own.url}/`)
  await page.goto(`${own.url}/account`)
  await page.getByText(`They work at ${url}.`).waitFor()
})

test('[P1] removed on the account page, it signs in no more', async () => {
  await signOut()
  await press(/^button Sign in with a passkey/)
  await page.waitForURL(`${url}/`)
  await page.goto(`${url}/account`)
  await press(/^button Remove This device/)
  await press(/^button Remove it/)
  await page.getByText('You have none.').waitFor()
  await signOut()
  await press(/^button Sign in with a passkey/)
  await page.getByText('The passkey is not accepted').waitFor()
  assert.deepEqual(complaints, [])
})
