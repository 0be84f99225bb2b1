/** A page by keyboard alone: Tab until something has the focus, then press or type. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

const mostTabs = 90
/** A page that loads on a busy machine takes seconds; waiting longer costs nothing where it comes at once. */
const longestWaitMs = 30_000
/** The element and the name of what has the focus: `button Sign in`. */
const focusedNow = `(() => {
  const { activeElement: at } = document
  if (at === null || at === document.body) return 'nothing'
  const heard = at.cloneNode(true)
  for (const hidden of heard.querySelectorAll('[aria-hidden]')) hidden.remove()
  const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? (heard.textContent || at.placeholder || '')
  return at.tagName.toLowerCase() + ' ' + label.trim().slice(0, 80)
})()`

export function keyboardOn(page: Page) {
  const focused = () => page.evaluate<string>(focusedNow)

  async function tabTo(name: RegExp) {
    const passed: string[] = []
    for (let presses = 0; presses < mostTabs; presses++) {
      const now = await focused()
      if (name.test(now)) return
      passed.push(now)
      // Round the page once, or not there yet.
      if (now === 'nothing') await page.waitForTimeout(50)
      await page.keyboard.press('Tab')
    }
    assert.fail(`${name} is not reached by Tab; passed ${passed.join(' · ')}`)
  }

  return {
    focused,
    tabTo,
    async press(name: RegExp) {
      await tabTo(name)
      await page.keyboard.press('Enter')
    },
    /** Takes the place of what was in the field. */
    async fill(name: RegExp, text: string) {
      await tabTo(name)
      await page.keyboard.press('Control+a')
      await page.keyboard.type(text)
    },
    /** Waits until the focus is where somebody goes on. */
    async focusComesTo(name: RegExp) {
      const deadline = performance.now() + longestWaitMs
      while (!name.test(await focused())) {
        if (performance.now() > deadline) assert.fail(`the focus is on "${await focused()}", not on ${name}`)
        await page.waitForTimeout(20)
      }
    },
  }
}
