/** Setting up, signing in and out, the account and the palette: in a real Chromium against the running product, by keyboard alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TOTP } from 'otpauth'
import { openConsole } from './support/console.ts'
import { keyboardOn } from './support/keyboard.ts'
import { instance } from './support/processes.ts'

const email = 'maria@example.com'
const password = 'violet harbour lantern orchard'
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const own = await instance()
const up = await own.up()
const { page, complaints, keyboard, accessible, accessibleInBothThemes } = await openConsole(own.url)
const { focusComesTo, press, fill } = keyboard
let secret = ''
let recoveryCodes: string[] = []

/** A code that was not used before: each works once. */
const codeIn = (steps: number) => new TOTP({ secret }).generate({ timestamp: Date.now() + steps * 30_000 })

async function givePassword(given: string) {
  await fill(/^input E-mail address/, email)
  await fill(/^input Password/, given)
  await page.keyboard.press('Enter')
}
/** The last entry of the person's menu. */
async function signOut() {
  await press(/^button You: Maria Example/)
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
}

test('[U3] [P1] the first administrator sets up by keyboard, told what a password lacks', async () => {
  const link = /http:\S+\/setup#token=\S+/.exec(up.output())![0]
  await accessibleInBothThemes(link.slice(own.url.length), 'At least 15 characters')
  await focusComesTo(/^input Your name/)
  await fill(/^input Your name/, 'Maria Example')
  await fill(/^input E-mail address/, email)
  await fill(/^input Password/, 'tooshort')
  await page.getByText('7 more characters').waitFor()
  await fill(/^input Password/, 'passwordpassword')
  await page.getByText('16 characters, long enough').waitFor()
  await page.keyboard.press('Enter')
  const refused = page.locator('input[aria-invalid=true]')
  await refused.waitFor()
  const described = (await refused.getAttribute('aria-describedby'))!.split(/\s+/).map((id) => page.locator(`#${id}`))
  const said = await Promise.all(described.map((part) => part.textContent()))
  assert.match(said.join(' '), /repeats one short piece.*long enough/, 'what is wrong is told with the field')
  await accessible()
  await fill(/^input Password/, password)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${own.url}/`)
  await focusComesTo(/^h1 Home/)
  await page.goBack()
  await page.waitForURL(/setup/)
  assert.doesNotMatch(page.url(), /token/, 'a spent token does not stay in the history')
  await accessibleInBothThemes('/setup', 'daytwo is set up')
})

test('[U3] [P1] an authenticator app is connected on the account page, which then names the session', async () => {
  await page.goto(`${own.url}/`)
  await press(/^button You: Maria Example/)
  await page.getByRole('menuitem', { name: 'Account' }).waitFor()
  await page.keyboard.press('Enter')
  await focusComesTo(/^h1 Account/)
  await page.getByRole('region', { name: 'Authenticator app' }).getByRole('button').waitFor()
  await press(/^button Connect$/)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('img', { name: 'QR code' }).waitFor()
  await focusComesTo(/^input Code/)
  await accessible()
  secret = (await dialog.locator('code').textContent())!.replaceAll(' ', '')
  await fill(/^input Code/, '000000')
  await dialog.getByRole('alert').waitFor()
  await fill(/^input Code/, codeIn(0))
  await dialog.getByText('shown this once').waitFor()
  await focusComesTo(/^button I have them/)
  await accessible()
  recoveryCodes = await dialog.locator('code').allTextContents()
  assert.equal(new Set(recoveryCodes).size, 10)
  await press(/^button I have them/)
  await page.getByRole('region', { name: 'Authenticator app' }).getByText('connected').waitFor()
  const row = page.getByRole('region', { name: 'Sessions' }).getByRole('row', { name: /this one/ })
  await row.getByText('Chrome on Linux').waitFor()
  await accessibleInBothThemes('/account', 'this one')
})

test('[U3] [P1] signed out, the wanted page waits behind password and code', async () => {
  await signOut()
  await page.waitForURL(/\/sign-in/)
  await focusComesTo(/^input E-mail address/)
  await accessibleInBothThemes('/queue?status=pending', 'Forgot the password?')
  assert.equal(new URL(page.url()).searchParams.get('return_to'), '/queue?status=pending')

  await givePassword('violet harbour lantern window')
  await page.getByRole('alert').getByText('The e-mail address or the password is wrong').waitFor()
  await accessible()
  await givePassword(password)
  await page.getByRole('heading', { name: 'One more step' }).waitFor()
  await focusComesTo(/^input Code of the authenticator app/)
  await accessible()
  await page.keyboard.type('000000')
  await page.getByRole('alert').getByText('The second factor is not accepted').waitFor()
  await focusComesTo(/^input Code of the authenticator app/)
  await fill(/^input Code/, codeIn(1))
  await page.waitForURL(`${own.url}/queue?status=pending`)
  await focusComesTo(/^h1 Event queue/)
})

test('[U1] [U3] the palette goes to pages and does things; breadcrumbs say where one is', async () => {
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'What to go to' })
  await field.waitFor()
  await accessible()
  await page.keyboard.type('dead')
  await page.getByRole('option', { name: /Dead letters/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(`${own.url}/dead-letters`)
  const trail = page.getByRole('navigation', { name: 'Breadcrumbs' })
  await trail.getByText('Operations').waitFor()
  assert.equal(await trail.locator('[aria-current=page]').textContent(), 'Dead letters')

  await page.keyboard.press('/')
  await field.waitFor()
  await page.keyboard.type('new key')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'New API key' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await accessible()
  await press(/^input Single keys/)
  await page.keyboard.press('Space')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('/')
  await page.keyboard.press('Control+k')
  await field.waitFor()
  assert.equal(await field.inputValue(), '', 'a single key that is turned off does nothing')
  await page.keyboard.press('Escape')
})

test('[U3] [P1] another browser’s session is ended from here, and that browser is signed out', async () => {
  const context = await page.context().browser()!.newContext({ userAgent: firefox })
  const other = await context.newPage()
  other.setDefaultTimeout(30_000)
  await other.goto(`${own.url}/sign-in?return_to=/account`)
  const there = keyboardOn(other)
  await there.focusComesTo(/^input E-mail address/)
  await there.fill(/^input E-mail address/, email)
  await there.fill(/^input Password/, password)
  await other.keyboard.press('Enter')
  await there.press(/^button Use a recovery code/)
  await there.focusComesTo(/^input Recovery code/)
  await there.fill(/^input Recovery code/, recoveryCodes[3]!)
  await other.keyboard.press('Enter')
  await other.getByText('9 codes left').waitFor()

  await page.goto(`${own.url}/account`)
  await page.getByRole('cell', { name: /^Firefox on Windows/ }).waitFor()
  await press(/^button End Firefox on Windows/)
  await press(/^button End it/)
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('cell', { name: /^Firefox on Windows/ }).waitFor({ state: 'detached' })
  await other.waitForURL(/\/sign-in\?return_to/)
  await context.close()
})

test('[P1] tabs share one session: signing out in one signs out the other, ended access is renewed unseen', async () => {
  const second = await page.context().newPage()
  second.setDefaultTimeout(30_000)
  await second.goto(`${own.url}/queue`)
  await second.getByRole('heading', { level: 1, name: 'Event queue' }).waitFor()
  // As after fifteen minutes: the browser has dropped the access cookie, the refresh cookie is there.
  await page.context().clearCookies({ name: 'daytwo_access' })
  await Promise.all([page.goto(`${own.url}/account`), second.goto(`${own.url}/schedules`)])
  await page.getByRole('heading', { level: 1, name: 'Account' }).waitFor()
  await second.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor()

  await signOut()
  await second.waitForURL(/\/sign-in/)
  assert.equal(new URL(second.url()).searchParams.get('return_to'), '/schedules')
  await second.close()
})

test('[U3] [P1] a forgotten password is replaced by a mailed link, by keyboard alone', async () => {
  await page.goto(`${own.url}/sign-in`)
  await press(/^a Forgot the password/)
  await focusComesTo(/^input E-mail address/)
  await accessible()
  await page.keyboard.type('nobody@example.com')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
  await focusComesTo(/^h1 Look into your mail/)
  await accessible()

  const { stdout } = await own.run('person:reset-link', '--email', email)
  const link = /http:\S+\/reset#token=\S+/.exec(stdout)![0]
  await accessibleInBothThemes(link.slice(own.url.length), 'Choose a new password')
  await focusComesTo(/^input New password/)
  await page.keyboard.type('marmalade tidal copper window')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'The password is changed' }).waitFor()
  await focusComesTo(/^h1 The password is changed/)
  assert.doesNotMatch(page.url(), /token/)
  await press(/^a Sign in with the new password/)
  await focusComesTo(/^input E-mail address/)
  await givePassword('marmalade tidal copper window')
  await focusComesTo(/^input Code of the authenticator app/)
})

test('[P1] after five failures the account is closed for a while, and the page says what to do', async () => {
  await page.goto(`${own.url}/sign-in`)
  for (let attempt = 0; attempt < 6; attempt++) {
    await givePassword(`wrong ${attempt}`)
    await page.locator('button[type=submit]:not([data-loading])').waitFor()
    await page.getByRole('alert').waitFor()
  }
  await page.getByRole('alert').getByText('Too many attempts to sign in').waitFor()
  await accessible()
})

test('no page complained: no script error, nothing the content security policy refused', () => {
  assert.deepEqual(complaints, [])
})
