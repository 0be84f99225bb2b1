/** Somebody is to be told about alerts: a channel is made, tried and mended, in a real Chromium against the running product. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startOutside } from '#modules/notifications/test-outside.ts'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const outside = await startOutside()
const own = await instance(outside.environment)
const up = await own.up()
const { page, complaints, accessible, signIn } = await openConsole(own.url)
await signIn(up.output())
const dialog = page.getByRole('dialog')

/** Chooses what to do with a channel. */
async function choose(what: string) {
  await page.getByRole('button', { name: 'Actions for Status board' }).click()
  await page.getByRole('menuitem', { name: what }).click()
}

test('[U3] [A3] a channel is made, its secret seen once, and a test shows what the other side answers', async () => {
  await page.goto(`${own.url}/notifications`)
  await page.getByText('Nobody is told').waitFor()
  await page.getByRole('button', { name: 'New channel' }).click()
  await dialog.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Signed webhook' }).click()
  await dialog.getByLabel('Name').fill('Status board')
  await dialog.getByLabel('Address').fill('http://10.0.0.1/hooks')
  await dialog.getByRole('button', { name: 'Make the channel' }).click()
  await dialog.getByText('public host names only').waitFor()
  await dialog.getByLabel('Address').fill(`${outside.url}/board`)
  await dialog.getByRole('button', { name: 'Make the channel' }).click()
  await page.getByText('cannot be shown again').waitFor()
  await accessible()
  const secret = await dialog.locator('code').textContent()
  await page.getByRole('button', { name: 'I have it' }).click()
  assert.match(secret!, /^whsec_/)

  outside.says.set('/board', { status: 410, body: 'this board was archived' })
  await choose('Send a test')
  await dialog.getByText('It did not arrive.').waitFor()
  await dialog.getByText('410: this board was archived').waitFor()
  outside.says.delete('/board')
  await dialog.getByRole('button', { name: 'Send another' }).click()
  await dialog.getByText('It arrived.').waitFor()
  await accessible()
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click()
  assert.equal(outside.to('/board').length, 2)
})

test('[U3] [A3] quiet hours are set, and the channel is removed', async () => {
  await choose('Change')
  await dialog.getByRole('switch', { name: 'Quiet hours' }).click()
  await dialog.getByLabel('From').fill('22:30')
  await dialog.getByText('Sat', { exact: true }).click()
  await dialog.getByText('Sun', { exact: true }).click()
  await accessible()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('22:30–07:00, Mon–Fri').waitFor()
  await choose('Remove')
  await page.getByRole('button', { name: 'Remove it' }).click()
  await page.getByText('Nobody is told').waitFor()
  await accessible()
  assert.deepEqual(complaints, [])
})
