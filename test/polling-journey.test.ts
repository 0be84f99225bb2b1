/** GitHub is asked what did not arrive, and tells who the token is: in a real Chromium, by keyboard alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pullOf, startTestGitHub } from '#modules/polling/test-github.ts'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const github = await startTestGitHub({ pageSize: 100 })
const shop = github.add('acme/shop')
shop.pulls.push(pullOf(1), pullOf(2))
const own = await instance({ ...github.environment, GITHUB_ORG: 'acme' })
const up = await own.up()
const { page, complaints, keyboard, accessible, signIn } = await openConsole(own.url)
const { press } = keyboard
await signIn(up.output())

test('[Q6] [A2] what GitHub was asked stands under Integrations, and the token can be tried there', async () => {
  // The start of the worker made the look for gaps due.
  await own.run('scheduler:sync-repositories')
  await press(/^a Integrations/)
  await page.getByText('4 pull-request events, 4 missing, all fetched').waitFor()
  await press(/^button Test the credentials of github/)
  await press(/^button Ask github/)
  await page.getByText('GitHub knows the token as octo.').waitFor()
  await accessible()
  await press(/^button Close$/)
  assert.deepEqual(complaints, [])
})
