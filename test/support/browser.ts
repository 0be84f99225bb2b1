/** A real Chromium for the tests of a file. */
import { after } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from './chromium.ts'

/** One browser for the test file, closed when it ends. */
export async function openBrowser(): Promise<Browser> {
  const browser = await launchChromium()
  after(() => browser.close())
  return browser
}
