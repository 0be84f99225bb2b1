/** The API reference in a real Chromium, under its content security policy. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testApp } from './support/app.ts'
import { openBrowser } from './support/browser.ts'

const app = await testApp()
const url = await app.http.listen({ host: '127.0.0.1', port: 0 })
const browser = await openBrowser()

test('[P8] [P9] the page at /docs shows the API under its security policy, and asks nobody else', async () => {
  const page = await browser.newPage()
  page.setDefaultTimeout(30_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // The library sets a few style attributes of its own; that they are refused does no harm.
    if (message.type() === 'error' && !message.text().startsWith('Applying inline style'))
      complaints.push(message.text())
  })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`${url}/docs`)
  await page.getByText('Download OpenAPI Document').first().waitFor()
  await page.getByText('access', { exact: true }).first().click()
  await page.getByText('Create an API key').first().waitFor()
  assert.deepEqual(complaints, [])
  assert.ok(
    asked.every((address) => address.startsWith(url) || address.startsWith('data:') || address.startsWith('blob:')),
  )
})
