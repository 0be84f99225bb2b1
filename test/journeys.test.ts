/** What a newcomer does, in a real Chromium against the running product. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, accessible, signIn } = await openConsole(own.url)

test('[R2] without the link the console shows nothing but how to get one', async () => {
  await page.goto(`${own.url}/delivery`)
  await page.getByRole('heading', { name: 'daytwo is not set up yet' }).waitFor()
  await page.getByText('setup:url').waitFor()
  await accessible()
  assert.equal(await page.getByRole('textbox').count(), 0, 'there is nobody who could sign in')
  assert.equal(await page.getByText('Deployment frequency').count(), 0)
})

test('[R2] the one-time link opens the console, and an empty instance says how to fill it', async () => {
  await signIn(up.output())
  await page.getByText('import:git').first().waitFor()
  await accessible()
})

test('[R3] [D3] after the demo the five metrics are there, light and dark, and lead to the deployments behind them', async () => {
  const demo = await own.run('demo', '--days', '60', '--yes', '--json')
  assert.equal(demo.code, 0, demo.output)
  assert.ok(JSON.parse(demo.stdout).sent > 1000)
  await page.goto(`${own.url}/delivery`)
  for (const name of [
    'Deployment frequency',
    'Change lead time',
    'Change failure rate',
    'Recovery time',
    'Rework rate',
  ])
    await page.getByRole('heading', { name }).or(page.getByText(name)).first().waitFor()
  await page.waitForLoadState('networkidle')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.reload()
    await page.waitForLoadState('networkidle')
    await accessible()
  }
  await page
    .getByRole('link', { name: /\d+ deployments/ })
    .first()
    .click()
  await page.waitForURL(/\/deployments/)
  await page.locator('tbody tr a').first().click()
  await page.waitForURL(/\/deployments\/\d+/)
  await page.getByText('acme/').first().waitFor()
  await accessible()
})

test('[P6] a key is made in the console and shown once', async () => {
  await page.goto(`${own.url}/keys`)
  await page
    .getByRole('button', { name: /new key|create|make/i })
    .first()
    .click()
  await page.getByLabel(/name/i).first().fill('grafana')
  await page.getByLabel('metrics:read').check()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /create|make/i })
    .click()
  const shown = await page
    .getByText(/d2_[\w-]{43}/)
    .first()
    .textContent()
  const key = /d2_[\w-]{43}/.exec(shown!)![0]
  const reply = await fetch(`${own.url}/api/v1/session`, { headers: { authorization: `Bearer ${key}` } })
  assert.ok([200, 403].includes(reply.status), 'the key is known')
  await page.reload()
  await page.getByText('grafana').first().waitFor()
  assert.equal(await page.getByText(key).count(), 0)
})

test('no page complained: no script error, nothing the content security policy refused', () => {
  assert.deepEqual(complaints, [])
})
