/** Somebody asks when it will be done: in a real Chromium against the running product, over work items that came as webhooks do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, accessible, signIn } = await openConsole(own.url)
await signIn(up.output())
await page.getByRole('heading', { name: 'Home' }).waitFor()

test('[D9] without work items the page says what it needs', async () => {
  await page.goto(`${own.url}/forecasts`)
  await page.getByText('Nothing was finished in these days').first().waitFor()
  await page.getByText('Not enough outcomes yet').waitFor()
  await accessible()
})

test('[D9] asked when and how many, it answers with three confidences, its history and its record', async () => {
  const demo = await own.run('demo', '--days', '40', '--yes', '--json')
  assert.equal(demo.code, 0, demo.output)
  const nightly = await own.run('scheduler:materialize-forecasts')
  assert.match(nightly.output, /[1-9]\d* forecasts made/)
  await page.reload()
  await page.getByLabel('When will so many items be finished?').fill('25')
  await page.keyboard.press('Enter')
  await page.waitForURL(/items=25/)
  const answer = page.getByRole('region', { name: 'When will 25 items be finished?' })
  await answer.getByText('85 % sure').waitFor()
  await answer.getByText('if items go on coming in').first().waitFor()
  await answer.getByRole('figure').waitFor()
  await answer.getByRole('button', { name: /as a table/ }).click()
  await answer.getByRole('row').nth(1).waitFor()
  await page.getByRole('region', { name: 'Drawn from' }).getByRole('figure').waitFor()
  await page.getByRole('region', { name: 'Calibration' }).getByText('not enough outcomes yet').first().waitFor()
  await accessible()
  await page.getByText('Mon – Fri').click()
  await page.waitForURL(/walk=working/)
  await page.getByText('(Mon – Fri)').waitFor()
})

test('no page complained: no script error, nothing the content security policy refused', () => {
  assert.deepEqual(complaints, [])
})
