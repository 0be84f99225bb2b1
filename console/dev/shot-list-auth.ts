/** What is looked at: signing in, the account, the frame. */
import type { Page } from 'playwright-core'
import type { Shot } from './shot-list.ts'

const token = `#token=${'a'.repeat(43)}`

async function signIn(page: Page, password: string) {
  await page.getByLabel('E-mail address').fill('maria@acme.example')
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const click = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).filter({ visible: true }).first().click()
}

async function connectApp(page: Page) {
  await page.getByRole('region', { name: 'Authenticator app' }).getByRole('button', { name: 'Connect' }).click()
  await page.getByRole('textbox', { name: 'Code' }).waitFor()
}

export const authShots: Shot[] = [
  { name: 'auth-sign-in', path: '/sign-in', mode: 'signed-out' },
  { name: 'auth-sign-in-new', path: '/sign-in', mode: 'new' },
  { name: 'auth-sign-in-plain', path: '/sign-in', mode: 'reader' },
  { name: 'auth-sign-in-test', path: '/sign-in', mode: 'many-tenants', widths: [1440] },
  { name: 'auth-sign-in-slow', path: '/sign-in', mode: 'slow', widths: [1440] },
  { name: 'auth-sign-in-broken', path: '/sign-in', mode: 'broken', widths: [1440] },
  { name: 'auth-led-here', path: '/queue?status=pending', mode: 'signed-out', widths: [1440] },
  { name: 'auth-problem', path: '/sign-in?problem=sso/not-assigned', mode: 'signed-out' },
  { name: 'auth-wrong', path: '/sign-in', mode: 'signed-out', act: (page) => signIn(page, 'wrong') },
  { name: 'auth-locked', path: '/sign-in', mode: 'signed-out', act: (page) => signIn(page, 'locked') },
  {
    name: 'auth-second',
    path: '/sign-in',
    mode: 'signed-out',
    act: async (page) => {
      await signIn(page, 'second')
      await page.getByLabel('Code of the authenticator app').waitFor()
    },
  },
  {
    name: 'auth-second-wrong',
    path: '/sign-in',
    mode: 'signed-out',
    widths: [390],
    act: async (page) => {
      await signIn(page, 'second')
      await page.getByLabel('Code of the authenticator app').fill('000000')
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'auth-recovery',
    path: '/sign-in',
    mode: 'signed-out',
    widths: [1440],
    act: async (page) => {
      await signIn(page, 'second')
      await page.getByRole('button', { name: 'Use a recovery code' }).click()
    },
  },
  { name: 'auth-setup', path: `/setup${token}`, mode: 'new' },
  { name: 'auth-setup-bare', path: '/setup', mode: 'new', widths: [1440] },
  { name: 'auth-setup-done', path: `/setup${token}`, mode: 'reader', widths: [1440] },
  {
    name: 'auth-setup-weak',
    path: `/setup${token}`,
    mode: 'new',
    act: async (page) => {
      await page.getByLabel('Your name').fill('Maria Lindqvist')
      await page.getByLabel('E-mail address').fill('maria@acme.example')
      await page.getByRole('textbox', { name: 'Password' }).fill('password')
      await page.getByRole('button', { name: 'Set up' }).click()
    },
  },
  { name: 'auth-reset', path: '/reset', mode: 'signed-out' },
  {
    name: 'auth-reset-sent',
    path: '/reset',
    mode: 'signed-out',
    act: async (page) => {
      await page.getByLabel('E-mail address').fill('maria@acme.example')
      await page.getByRole('button', { name: 'Send the link' }).click()
      await page.getByText('Look into your mail').waitFor()
    },
  },
  { name: 'auth-reset-new', path: `/reset${token}`, mode: 'signed-out' },
  { name: 'auth-register', path: '/register', mode: 'signed-out' },
  { name: 'auth-confirm', path: `/register/confirm${token}`, mode: 'signed-out' },
  {
    name: 'auth-waiting',
    path: `/register/confirm${token}`,
    mode: 'signed-out',
    act: async (page) => {
      await page.getByLabel('Your name').fill('Kim Aalto')
      await page.getByRole('button', { name: 'Ask for the tenant' }).click()
      await page.getByText('Waiting for approval').waitFor()
    },
  },
  { name: 'auth-invitation', path: `/invitation${token}`, mode: 'signed-out' },
  {
    name: 'auth-invitation-known',
    path: `/invitation#token=known${'a'.repeat(40)}`,
    mode: 'signed-out',
    widths: [1440],
  },
  { name: 'auth-invitation-other', path: `/invitation#token=known${'a'.repeat(40)}`, mode: 'reader', widths: [390] },
  {
    name: 'auth-invitation-spent',
    path: `/invitation#token=spent${'a'.repeat(40)}`,
    mode: 'signed-out',
    widths: [1440],
  },
  { name: 'auth-no-tenant', path: '/', mode: 'no-tenant' },
  { name: 'auth-closed-tenant', path: '/queue', mode: 'closed-tenant', widths: [1440] },
  { name: 'auth-factor-first', path: '/queue', mode: 'factor-first' },
  { name: 'account', path: '/account' },
  { name: 'account-empty', path: '/account', mode: 'empty' },
  { name: 'account-slow', path: '/account', mode: 'slow', widths: [1440] },
  { name: 'account-error', path: '/account', mode: 'error', widths: [1440] },
  { name: 'account-app', path: '/account', mode: 'empty', act: connectApp },
  {
    name: 'account-codes',
    path: '/account',
    mode: 'empty',
    act: async (page) => {
      await connectApp(page)
      await page.getByRole('textbox', { name: 'Code' }).fill('123456')
      await page.getByText('Your recovery codes').waitFor()
    },
  },
  { name: 'account-password', path: '/account', act: click('Change it') },
  { name: 'account-end', path: '/account', widths: [1440], act: click('End all others') },
  { name: 'shell-support', path: '/queue', mode: 'support' },
  { name: 'shell-tenants', path: '/queue', mode: 'many-tenants', widths: [1440], act: click(/^Tenant:/) },
  { name: 'shell-person', path: '/queue', widths: [1440], act: click(/Maria/) },
  {
    name: 'shell-palette',
    path: '/queue',
    act: async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox').fill('de')
    },
  },
  {
    name: 'shell-palette-empty',
    path: '/queue',
    widths: [1440],
    act: async (page) => {
      await page.keyboard.press('/')
      await page.getByRole('combobox').waitFor()
    },
  },
  {
    name: 'shell-shortcuts',
    path: '/queue',
    widths: [1440],
    act: async (page) => {
      await page.keyboard.press('?')
      await page.getByText('Single keys').waitFor()
    },
  },
]
