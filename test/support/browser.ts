/** A real Chromium that comes with the install. */
import { after } from 'node:test'
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/** One browser for the test file, closed when it ends. */
export async function openBrowser(): Promise<Browser> {
  // In one process, as the package proposes for small containers, closing a page ends the browser.
  const args = chromium.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote')
  const browser = await playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true })
  after(() => browser.close())
  return browser
}
