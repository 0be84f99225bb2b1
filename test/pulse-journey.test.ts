/** A team is asked and answers: in a real Chromium against the running product. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, accessible, signIn } = await openConsole(own.url)
await signIn(up.output())

test('[U3] [D12] a survey is made, a mail’s link answers with one click, and the page counts the answer and shows nothing of it', async () => {
  await page.goto(`${own.url}/pulse`)
  await page.getByRole('heading', { name: 'Nobody has been asked yet' }).waitFor()
  await accessible()
  await page.getByRole('button', { name: 'New survey' }).click()
  const dialog = page.getByRole('dialog')
  const asked = dialog.getByLabel(/Who is asked/).first()
  const add = async (name: string) => {
    await asked.fill(`${name}@example.com`)
    await asked.press('Enter')
  }
  await add('grace')
  await dialog.getByRole('button', { name: 'Make the survey' }).click()
  await dialog
    .getByText(/at least 5/)
    .last()
    .waitFor()
  await accessible()
  for (const name of ['ada', 'edsger', 'barbara', 'radia']) await add(name)
  await dialog.getByRole('button', { name: 'Make the survey' }).click()
  await page.getByRole('region', { name: 'Surveys' }).getByText('Everything').waitFor()

  assert.match((await own.run('scheduler:pulse')).stdout, /1 begun, 5 people asked/)
  await page.goto(`${own.url}/outbox`)
  await page
    .getByRole('link', { name: /How is work going/ })
    .first()
    .click()
  const links = page.getByRole('region', { name: 'Text' }).getByRole('link')
  const href = (await links.nth(1).getAttribute('href'))!
  assert.match(href, /\/answer#token=[\w-]{43}&score=4$/)

  const phone = await (
    await page
      .context()
      .browser()!
      .newContext({ viewport: { width: 390, height: 800 } })
  ).newPage()
  phone.setDefaultTimeout(30_000)
  await phone.goto(href)
  const first = phone.getByRole('radiogroup', { name: 'I can ship a change without fear.' })
  assert.ok(await first.getByRole('radio', { name: '4' }).isChecked())
  await phone.getByRole('textbox', { name: 'Anything else?' }).fill('Said by somebody')
  await phone.getByRole('button', { name: 'Send my answer' }).click()
  await phone.getByRole('heading', { name: 'Thank you' }).waitFor()
  assert.equal(new URL(phone.url()).hash, '', 'the link does not stay in the browser')
  await phone.goto('about:blank')
  await phone.goto(href)
  await phone.getByText('You have answered already').waitFor()

  await page.goto(`${own.url}/pulse`)
  await page.getByRole('region', { name: 'Surveys' }).getByText('1 of 5').waitFor()
  await page.getByText('No comments.').waitFor()
  assert.equal(await page.getByText('Said by somebody').count(), 0)
  await accessible()
  assert.deepEqual(complaints, [])
})
