/** A signed-out Chromium page before the console of a running instance, with axe and what the page complained of. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { keyboardOn } from './keyboard.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** One page of its own browser; `complaints` are script errors and what the content security policy refused. */
export async function openConsole(url: string) {
  const browser = await openBrowser()
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // Refusals belong here: the console asks whether anybody is signed in, and journeys give wrong passwords and codes.
    if (message.type() === 'error' && !/status of (401|403|422|429)/.test(message.text()))
      complaints.push(message.text())
  })

  return {
    page,
    complaints,
    keyboard: keyboardOn(page),
    /** By the one-time link that the first start prints: as its first administrator. */
    async signIn(printed: string) {
      await page.goto(/http:\S+\/setup#token=\S+/.exec(printed)![0])
      await page.getByLabel('Your name').fill('Maria Example')
      await page.getByLabel('E-mail address').fill('maria@example.com')
      await page.getByLabel('Password', { exact: true }).fill('violet harbour lantern orchard')
      await page.getByRole('button', { name: 'Set up' }).click()
      await page.waitForURL(`${url}/`)
    },
    accessible: () => accessible(page),
    /** Opens a page of the console, and axe looks at it in both themes once it shows that text. */
    async accessibleInBothThemes(path: string, shows: string) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.goto(url + path)
        await page.getByText(shows).filter({ visible: true }).first().waitFor()
        await page.waitForLoadState('networkidle')
        await accessible(page)
      }
    },
  }
}

async function accessible(which: Page) {
  // Colours that are on their way from one theme to the other have no contrast to speak of.
  await which.waitForTimeout(100)
  await which.evaluate('Promise.allSettled(document.getAnimations().map((animation) => animation.finished))')
  await which.evaluate(axeSource)
  const found = await which.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.html.slice(0, 120) + ' ' + (node.any[0]?.message ?? '')).join(' | ')))`,
  )
  assert.deepEqual(found, [])
}
