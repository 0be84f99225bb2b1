/** The Chromium that comes with the install, for tests, benches and pictures alike. */
import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/** Whoever launches it closes it. */
export async function launchChromium(): Promise<Browser> {
  // In one process, as the package proposes for small containers, closing a page ends the browser.
  const args = chromium.args.filter((arg) => arg !== '--single-process' && arg !== '--no-zygote')
  return playwright.launch({ executablePath: await chromium.executablePath(), args, headless: true })
}
