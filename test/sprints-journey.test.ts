/** A sprint is told by Jira, and the page shows what was committed and what became of it, in a real Chromium. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'
import { jiraWebhook } from './support/webhooks.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, keyboard, accessible, accessibleInBothThemes, signIn } = await openConsole(own.url)
await signIn(up.output())
const { JIRA_WEBHOOK_SECRET: secret } = JSON.parse(readFileSync(join(own.folder, 'data/secrets.json'), 'utf8'))

const day = 86_400_000
const ago = (days: number) => Date.now() - days * day
let change = 0
async function send(payload: object) {
  const webhook = jiraWebhook(payload, { secret })
  const sent = await fetch(`${own.url}${String(webhook.url)}`, {
    method: 'POST',
    headers: webhook.headers as never,
    body: String(webhook.payload),
  })
  assert.equal(sent.status, 202)
}
function changed(key: string, daysAgo: number, category: string, ...items: object[]) {
  const fields = {
    project: { key: 'SHOP' },
    issuetype: { name: 'Story' },
    created: new Date(ago(30)).toISOString(),
    status: { name: category, statusCategory: { key: category } },
  }
  const changelog = { id: String(++change), items }
  return send({ webhookEvent: 'jira:issue_updated', timestamp: ago(daysAgo), issue: { key, fields }, changelog })
}
const sprint = (event: string, daysAgo: number, more = {}) =>
  send({
    webhookEvent: event,
    timestamp: ago(daysAgo),
    sprint: { id: 46, name: 'Checkout 46', originBoardId: 3, startDate: new Date(ago(16)).toISOString(), ...more },
  })
const into = { field: 'Sprint', from: '', to: '46' }
const points = (value: string) => ({ field: 'Story Points', fromString: null, toString: value })

test('[D8] [U3] without sprints the page says so; as one is told, it shows it without being reloaded', async () => {
  await keyboard.press(/^a Sprints/)
  await page.getByRole('heading', { level: 1, name: 'Sprints' }).waitFor()
  await page.getByText('No sprint in this window').waitFor()
  await accessible()
  await changed('SHOP-1', 20, 'new', into, points('5'))
  await changed('SHOP-2', 20, 'new', into, points('3'))
  await sprint('sprint_started', 16)
  const row = page.getByRole('row', { name: /Checkout 46/ })
  await row.getByText('8', { exact: true }).waitFor()
  await changed('SHOP-1', 10, 'done', { field: 'status', fromString: 'To Do', toString: 'Done' })
  await sprint('sprint_closed', 2, { completeDate: new Date(ago(2)).toISOString() })
  await page
    .getByRole('group', { name: 'Closed sprints' })
    .getByText('62.5 %')
    .or(row.getByText('63 %'))
    .first()
    .waitFor()
})

test('[D8] [U3] a sprint shows its items with the facts that say so, and what changed afterwards', async () => {
  await page.getByRole('link', { name: 'Checkout 46' }).first().click()
  await page.getByRole('heading', { level: 1, name: 'Checkout 46' }).waitFor()
  const completed = page.getByRole('group', { name: 'Completed', exact: true })
  await completed.getByText('SHOP-1').waitFor()
  await completed
    .getByRole('link', { name: /^Event / })
    .first()
    .waitFor()
  await page.getByText('reconstructed').first().waitFor()
  // Of the time before the close, and told late.
  await changed('SHOP-2', 3, 'done', { field: 'status', fromString: 'To Do', toString: 'Done' })
  await page.getByText('revision 2').first().waitFor()
  await page.getByRole('link', { name: 'Close, revision 1' }).click()
  await page.getByText('This is an older revision').waitFor()
  await page.getByRole('group', { name: 'Not completed' }).getByText('SHOP-2').waitFor()
  await page.getByRole('link', { name: 'Back to the newest' }).click()
  await completed.getByText('SHOP-2').waitFor()
  await accessible()
  await accessibleInBothThemes('/sprints', 'Checkout 46')
  assert.deepEqual(complaints, [])
})
