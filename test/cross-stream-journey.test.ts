/** Two streams that move together: from their deployments to the page that says so, in a real Chromium against the running product. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openConsole } from './support/console.ts'
import { instance } from './support/processes.ts'

const own = await instance()
const up = await own.up()
const { page, complaints, accessibleInBothThemes, signIn } = await openConsole(own.url)
await signIn(up.output())

const dayMs = 86_400_000
const thisMonday = () => {
  const today = Math.floor(Date.now() / dayMs)
  return (today - ((today + 3) % 7)) * dayMs
}

/** As the console does it: by its session. */
const send = (path: string, body: object): Promise<{ key: string }> =>
  page.evaluate(
    async ([url, text]) => {
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(url!, { method: 'POST', headers, body: text! })
      if (!reply.ok) throw new Error(await reply.text())
      return (await reply.json()) as { key: string }
    },
    [`/api/v1${path}`, JSON.stringify(body)],
  )

/** Deployments of the fourteen weeks before this one; what Shop does, Search does in the week after. */
const shop = [1, 3, 2, 4, 1, 2, 4, 3, 1, 4, 2, 3, 1, 3]
const search = [2, ...shop.slice(0, -1)]

test('[D11] [U3] before the first run the page says when there will be something', async () => {
  await page.goto(`${own.url}/cross-stream`)
  await page.getByRole('heading', { name: 'Not computed yet' }).waitFor()
})

test('[D11] [U3] two streams that move together stand out, with the lag in words and no word of a cause', async () => {
  for (const [id, name] of [
    ['shop', 'Shop'],
    ['search', 'Search'],
  ])
    await send('/streams', { id, name, sources: [{ kind: 'repository', value: `acme/${id}` }] })
  const { key } = await send('/api-keys', { name: 'pipeline', scopes: ['events:write', 'metrics:read'] })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  for (const [id, counts] of [
    ['shop', shop],
    ['search', search],
  ] as const)
    for (const [week, count] of counts.entries())
      for (let n = 0; n < count; n++) {
        const finished = thisMonday() - (shop.length - week) * 7 * dayMs + n * dayMs + dayMs / 2
        const reply = await fetch(`${own.url}/api/v1/deployments`, {
          method: 'POST',
          headers,
          body: JSON.stringify({
            external_id: `${week}-${n}`,
            repository: `acme/${id}`,
            environment: 'production',
            finished_at: new Date(finished).toISOString(),
          }),
        })
        assert.equal(reply.status, 202, await reply.text())
      }
  const from = new Date(thisMonday() - 15 * 7 * dayMs).toISOString().slice(0, 10)
  const all = [...shop, ...search].reduce((sum, count) => sum + count, 0)
  for (let seen = 0; seen < all; ) {
    const reply = await fetch(`${own.url}/api/v1/metrics/dora?from=${from}`, { headers })
    const { series } = (await reply.json()) as { series: { deployments: number }[] }
    seen = series.reduce((sum, { deployments }) => sum + deployments, 0)
    if (seen < all) await page.waitForTimeout(200)
  }
  await page.goto(`${own.url}/schedules`)
  await page.getByRole('button', { name: 'Run now: scheduler:materialize-cross-stream' }).click()
  await page
    .getByText(/1 of 1 tenants computed/)
    .first()
    .waitFor()

  await page.goto(`${own.url}/cross-stream`)
  const row = page.getByRole('row', { name: /Search and Shop/ }).first()
  await row.getByText('stands out').waitFor()
  await row.getByText('Search one week later').waitFor()
  await page.getByText('Moves together; says nothing about what causes what').waitFor()
  await row.getByRole('link', { name: 'Search and Shop' }).click()
  await page.getByRole('heading', { name: 'Search and Shop', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Show Week by week as a table' }).click()
  const fours = page.getByRole('row', { name: / 4 .* 4$/ })
  await fours.first().waitFor()
  assert.equal(await fours.count(), shop.slice(0, -1).filter((count) => count === 4).length)
  await page.getByText('Moves together; says nothing about what causes what').waitFor()
})

test('[D11] [U2] both pages are accessible, and nothing complained', async () => {
  await accessibleInBothThemes('/cross-stream', 'stands out')
  const address = new URL(page.url())
  await page.getByRole('link', { name: 'Search and Shop' }).first().click()
  await page.getByRole('heading', { name: 'Search and Shop', level: 1 }).waitFor()
  const pair = new URL(page.url())
  assert.notEqual(pair.pathname, address.pathname)
  await accessibleInBothThemes(pair.pathname + pair.search, 'What was found')
  assert.deepEqual(complaints, [])
})
