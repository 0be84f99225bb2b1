/** Work flows: Jira tells of items, and the page shows what is in progress and how long the rest took, in a real Chromium. */
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
let change = 0
/** An issue comes to a status of that category. */
async function move(key: string, category: 'indeterminate' | 'done', daysAgo: number) {
  change++
  const fields = {
    project: { key: 'SHOP' },
    issuetype: { name: 'Story' },
    created: new Date(Date.now() - 20 * day).toISOString(),
    status: { name: category === 'done' ? 'Done' : 'In Review', statusCategory: { key: category } },
  }
  const changelog = {
    id: String(change),
    items: [{ field: 'status', fromString: 'To Do', toString: fields.status.name }],
  }
  const timestamp = Date.now() - daysAgo * day
  const webhook = jiraWebhook(
    { webhookEvent: 'jira:issue_updated', timestamp, issue: { key, fields }, changelog },
    { secret },
  )
  const sent = await fetch(`${own.url}${String(webhook.url)}`, {
    method: 'POST',
    headers: webhook.headers as never,
    body: String(webhook.payload),
  })
  assert.equal(sent.status, 202)
}

test('[D10] [U3] without items the page says so; as they come in, it shows them without being reloaded', async () => {
  await keyboard.press(/^a Flow/)
  await page.getByRole('heading', { level: 1, name: 'Flow' }).waitFor()
  await page.getByText('No work items yet: connect Jira or GitHub').waitFor()
  await accessible()
  for (let n = 1; n <= 6; n++) {
    await move(`SHOP-${n}`, 'indeterminate', 9)
    await move(`SHOP-${n}`, 'done', 9 - n)
  }
  await move('SHOP-90', 'indeterminate', 13)
  const tile = (name: string) => page.getByText(name, { exact: true }).first().locator('..')
  await tile('Oldest in progress').getByText('14 days', { exact: true }).waitFor()
  await tile('In progress').getByText('1', { exact: true }).waitFor()
  await tile('Cycle time, median').getByText('4 days', { exact: true }).waitFor()
  await page.getByRole('figure', { name: 'Age of work in progress' }).waitFor()
})

test('[D10] [U3] each plot has its table behind it, which names the items', async () => {
  await page.getByRole('button', { name: 'Show Age of work in progress as a table' }).click()
  const row = page.getByRole('row', { name: /SHOP-90/ })
  await row.getByText('14 days').waitFor()
  await row.getByText('p85').waitFor()
  await page.getByRole('button', { name: 'Show Cycle time as a table' }).click()
  await page
    .getByRole('row', { name: /SHOP-6 / })
    .getByText('7 days')
    .waitFor()
  await accessible()
  await accessibleInBothThemes('/flow', 'How this is measured')
  assert.deepEqual(complaints, [])
})
