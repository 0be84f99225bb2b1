/** From a number to its receipt and back, in a real Chromium against the running product. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, accessible, signIn } = await openConsole(own.url)
await signIn(up.output())
await page.getByRole('heading', { name: 'Home' }).waitFor()

/** Says something as a pipeline does, with the session of the page. */
const say = (path: string, body: object) =>
  page.evaluate(
    async ([url, text]) => {
      const reply = await fetch(`/api/v1${url}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text!,
      })
      return reply.status
    },
    [path, JSON.stringify(body)],
  )
const hour = 3_600_000
const ago = (hours: number) => new Date(Date.now() - hours * hour).toISOString()
const shaOf = (n: number) => n.toString(16).padStart(40, '0')

test('[D16] [D7] a late incident changes the rate; the receipt of before still says what was known, and why it changed', async () => {
  for (let n = 1; n <= 10; n++)
    assert.ok(
      (await say('/deployments', {
        external_id: String(n),
        repository: 'acme/shop',
        environment: 'production',
        sha: shaOf(n),
        finished_at: ago(24 * n),
      })) < 300,
    )
  await page.goto(`${own.url}/delivery`)
  await page.getByRole('article', { name: 'Change failure rate' }).getByText('10 deployments').waitFor()
  await page.getByRole('region', { name: 'Traceability' }).getByText('0 % of 10 deployments').waitFor()
  await page.getByRole('link', { name: 'Receipt of Change failure rate' }).click()
  await page.getByRole('heading', { name: 'Receipt: Change failure rate' }).waitFor()
  const computed = page.getByRole('region', { name: 'How it is computed' })
  await computed.getByText('0 of 10 deployments').waitFor()
  const permalink = String(await page.getByRole('region', { name: 'Number' }).locator('code').textContent())
  await accessible()

  const late = { external_id: 'INC-7', title: 'Checkout was down', repository: 'acme/shop', deployment_sha: shaOf(3) }
  assert.ok((await say('/incidents', { ...late, started_at: ago(71) })) < 300)
  // Nobody reloads: the page is told.
  await computed.getByText('1 of 10 deployments').waitFor()
  await page.getByRole('region', { name: 'Facts' }).getByText('Checkout was down').waitFor()

  await page.goto(permalink)
  await computed.getByText('0 of 10 deployments').waitFor()
  const why = page.getByRole('region', { name: 'What changed since' })
  await why.getByText('A failure was found').waitFor()
  await why.getByText('Checkout was down').waitFor()
  await accessible()
  await page.goto(`${own.url}/delivery?as_of=${new URL(permalink).searchParams.get('as_of')}`)
  await page.getByRole('region', { name: 'As known at' }).getByRole('link', { name: 'back to now' }).click()
  await page.getByRole('article', { name: 'Change failure rate' }).getByText('10 %').waitFor()

  await page.getByRole('link', { name: '10 without' }).click()
  await page.getByRole('heading', { name: 'Deployments' }).waitFor()
  await page.getByText('10 deployments shown').waitFor()
  assert.deepEqual(complaints, [])
})
