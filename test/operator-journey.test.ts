/** What an operator does when something cannot be processed, in a real Chromium against the running product. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'
import { sign } from './support/webhooks.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, accessible, accessibleInBothThemes, signIn } = await openConsole(own.url)
await signIn(up.output())

const unreadable = '{"half": "a webhook'
let deadLetter = ''

test('[U3] [Q4] an operator sees what a signed but unreadable webhook left, and why', async () => {
  await page.goto(`${own.url}/integrations`)
  await page.getByRole('button', { name: 'New connection' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('acme organisation')
  await dialog.getByRole('button', { name: 'Make the connection' }).click()
  await page.getByText('cannot be shown again').waitFor()
  const [address, secret] = await page.getByRole('dialog').locator('code').allTextContents()
  await page.getByRole('button', { name: 'I have it' }).click()
  await page.getByRole('cell', { name: 'acme organisation github' }).waitFor()
  assert.equal(await page.getByText(secret!).count(), 0, 'the secret is shown once')

  const reply = await fetch(own.url + new URL(address!).pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': 'unreadable-1',
      'x-hub-signature-256': sign(secret!, unreadable),
    },
    body: unreadable,
  })
  assert.equal(reply.status, 202, await reply.text())

  await page.goto(`${own.url}/dead-letters`)
  await page.getByRole('button', { name: /unreadable payload · 1/ }).click()
  await page.waitForURL(/error_class=/)
  await page.getByRole('link', { name: 'github push' }).click()
  await page.waitForURL(/\/queue\/\d+/)
  deadLetter = new URL(page.url()).pathname
  await page.getByRole('group', { name: 'Payload' }).getByText(unreadable).waitFor()
  await page.getByRole('region', { name: 'Error' }).getByText('Malformed').waitFor()
  await page.getByText('It changed nothing').waitFor()
})

test('[U3] [Q4] requeueing tells first how many, and what still cannot succeed is a dead letter again', async () => {
  await page.getByRole('button', { name: 'Requeue' }).click()
  await page.getByText('1 dead letter of event_queue will be tried again.').waitFor()
  await accessible()
  await page.getByRole('dialog').getByRole('button', { name: 'Requeue' }).click()
  await page.getByText('1 dead letter of event_queue requeued').waitFor()
  await page.getByText('once, by a person').waitFor()
  await page.getByText('Given up', { exact: true }).waitFor()

  await page.goto(`${own.url}/dead-letters?work=event_queue`)
  await page.getByRole('button', { name: 'Requeue all' }).click()
  await page.getByText('1 dead letter of event_queue, all of them, will be tried again.').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('checkbox', { name: /^Select \d+ / }).check()
  await page.getByRole('button', { name: 'Requeue selected (1)' }).click()
  await page.getByText('1 dead letter of event_queue will be tried again.').waitFor()
  await page.keyboard.press('Escape')
  await accessibleInBothThemes('/dead-letters?work=event_queue', 'Malformed')
  await accessibleInBothThemes(deadLetter, unreadable)
})

test('[U3] [A1] a threshold is a setting; what exceeds it is an alert that an operator acknowledges with a note', async () => {
  await page.goto(`${own.url}/settings`)
  await page.getByRole('button', { name: 'Change operations.dead_letters_high' }).click()
  await page.getByRole('textbox', { name: 'Value' }).fill('0')
  await page.getByRole('button', { name: 'Change it' }).click()
  await page.getByText('instead of 50').waitFor()
  await page.goto(`${own.url}/schedules`)
  await page.getByRole('button', { name: 'Run now: scheduler:evaluate-alerts' }).click()
  await page.getByText(/scheduler:evaluate-alerts: /).waitFor()

  await page.goto(`${own.url}/alerts`)
  await page.getByRole('button', { name: 'Acknowledge Dead letters high: event_queue' }).click()
  await page.getByRole('textbox', { name: 'Note' }).fill('The sender cuts its bodies; told them.')
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
  await page.getByText('Dead letters high: event_queue is acknowledged').waitFor()
  await page.getByRole('link', { name: 'Dead letters high: event_queue' }).click()
  await page.getByRole('region', { name: 'History' }).getByText('told them').waitFor()
  await page.getByText('1, threshold 0').waitFor()
  await accessibleInBothThemes(new URL(page.url()).pathname, 'told them')
  await accessibleInBothThemes('/alerts', 'Dead letters high: event_queue')
  await accessibleInBothThemes('/settings', 'operations.dead_letters_high')
})

test('[U3] [A2] [R11] an operator looks at what needs them, at every source and at the database', async () => {
  await accessibleInBothThemes('/operations', 'Dead letters high: event_queue')
  await page.getByRole('region', { name: 'Sources' }).getByText('jira').waitFor()
  await page
    .getByRole('region', { name: 'Work' })
    .getByRole('row', { name: /event_queue/ })
    .waitFor()
  await page.getByRole('button', { name: 'Show Done as a table' }).click()
  await page.getByRole('columnheader', { name: 'Completed' }).waitFor()
  await page.getByText('24 hours').click()
  await page.waitForURL(/span=24h/)
  await accessibleInBothThemes('/integrations', 'acme organisation')
  await page.getByRole('region', { name: 'github' }).getByText('1 dead letter in the last day').waitFor()
  await accessibleInBothThemes('/database', 'Slow statements')
  await page.getByRole('region', { name: 'Tables' }).getByRole('cell', { name: 'event_queue' }).first().waitFor()
})

test('no page complained: no script error, nothing the content security policy refused', () => {
  assert.deepEqual(complaints, [])
})
