/** Repositories of GitHub are chosen from a list and connected: in a real Chromium, by keyboard alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { startGitHub } from './support/github.ts'
import { instance } from './support/processes.ts'
import { githubWebhook } from './support/webhooks.ts'

const github = await startGitHub()
github.says.agrees = { id: 7, login: 'octo' }
const shop = github.add('acme/shop')
github.add('acme/site')
const hidden = github.add('acme/hidden', { private: true })
const own = await instance(github.environment)
const up = await own.up()
const { page, complaints, keyboard, accessible, signIn } = await openConsole(own.url)
const { press, fill, tabTo } = keyboard
await signIn(up.output())

test('[U3] [P3] from Integrations to GitHub and back, two repositories are connected, and the first event is heard', async () => {
  await press(/^a Integrations/)
  await press(/^a GitHub repositories/)
  await page.getByRole('heading', { level: 1, name: 'Connect repositories' }).waitFor()
  await press(/^button Continue at GitHub/)
  await page.getByText('As octo at GitHub').waitFor()
  assert.equal(page.url(), `${own.url}/integrations/github`, 'what GitHub answered does not stay in the address')
  await accessible()

  await fill(/^input Not in the list/, 'acme/hidden')
  await page.keyboard.press('Enter')
  await tabTo(/^input acme\/hidden/)
  await page.keyboard.press('Space')
  await fill(/^input Search/, 'shop')
  await page.getByLabel('acme/site').waitFor({ state: 'detached' })
  await tabTo(/^input acme\/shop/)
  await page.keyboard.press('Space')
  await press(/^button Connect 2 repositories/)
  await page.getByText('2 repositories connected.').waitFor()
  assert.deepEqual([shop.hooks.length, hidden.hooks.length], [1, 1])
  await accessible()

  const { url, secret } = shop.hooks[0]!.config
  const ping = githubWebhook('ping', { zen: 'x' }, { secret })
  const sent = await fetch(url, { method: 'POST', headers: ping.headers as never, body: String(ping.payload) })
  assert.equal(sent.status, 202)
  await page.getByText('It was heard').waitFor()
})

test('[U3] [P3] one is disconnected, and what was allowed is given back', async () => {
  await press(/^button Disconnect acme\/hidden/)
  await page.getByRole('dialog', { name: 'Disconnect acme/hidden?' }).waitFor()
  await press(/^button Disconnect$/)
  await page.getByText('acme/hidden is disconnected').waitFor()
  assert.equal(hidden.hooks.length, 0)
  await press(/^button I am done/)
  await page.getByRole('button', { name: 'Continue at GitHub' }).waitFor()
  assert.equal(github.tokens.size, 0)
  assert.equal(shop.hooks.length, 1, 'the webhook stays')
  assert.deepEqual(complaints, [])
})
