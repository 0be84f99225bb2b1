/**
 * How much of each page moves while it loads (Chromium's layout shift), against the fixture server with replies that come in
 * between 150 and 550 ms, each at another time, as on a slow line.
 */
import type { Browser } from 'playwright-core'
import { startFixtureServer } from '../../console/dev/fixture-server.ts'
import { pages } from '../../console/dev/shot-list.ts'

export type Shift = { readonly path: string; readonly width: number; readonly shift: number; readonly moved: string }

const widths = [1440, 390]
const [shortestMs, spreadMs] = [150, 400]
/** After the last reply, for plots that are loaded then. */
const settleMs = 600

const watch = `
  globalThis.shift = 0
  globalThis.moved = []
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue
      shift += entry.value
      for (const { node } of entry.sources ?? []) moved.push((node?.outerHTML ?? node?.textContent ?? '').slice(0, 160))
    }
  }).observe({ type: 'layout-shift', buffered: true })
`

/** Every page at both widths; `only` takes those whose address it matches. */
export async function measureShift(browser: Browser, only = /./): Promise<Shift[]> {
  const server = await startFixtureServer()
  const found: Shift[] = []
  try {
    for (const [, path] of pages)
      for (const width of widths) if (only.test(path)) found.push(await look(browser, server.url, path, width))
  } finally {
    server.close()
  }
  return found
}

async function look(browser: Browser, base: string, path: string, width: number): Promise<Shift> {
  const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 900 } })
  const page = await context.newPage()
  await page.addInitScript(watch)
  let asked = 0
  await page.route('**/api/v1/**', async (route) => {
    const waitMs = shortestMs + ((asked++ * 137) % spreadMs)
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    await route.continue().catch(() => undefined)
  })
  await page.goto(base + path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page
    .locator('[aria-busy=true], .mantine-Skeleton-root')
    .filter({ visible: true })
    .first()
    .waitFor({ state: 'detached' })
  await page.waitForTimeout(settleMs)
  const { shift, moved } = (await page.evaluate('({ shift, moved })')) as { shift: number; moved: string[] }
  await context.close()
  return { path, width, shift, moved: moved.join('\n    ') }
}
