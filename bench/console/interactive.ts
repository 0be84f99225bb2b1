/**
 * Time to interactive of the console's pages, with an empty cache, in turns: from the start of the navigation until all that the
 * page asks for is shown and the main thread has ended its last long task.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Instance } from '../support/instance.ts'
import { median } from '../support/median.ts'

export type Candidate = { readonly name: string; readonly path: string }
export type Interactive = Candidate & { readonly ms: number; readonly requests: number }

/** Nothing on its way for so long, and the page is taken as done. */
const quietMs = 400
const givesUpMs = 20_000

/** Notes when the page last became complete: a heading, and nothing that says it is loading. */
const watch = `
  globalThis.readyAt = null
  globalThis.longTaskEnd = 0
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTaskEnd = Math.max(longTaskEnd, startTime + duration)
  }).observe({ type: 'longtask', buffered: true })
  const look = () => {
    const shown = document.querySelector('h1, h2') && !document.querySelector('[aria-busy=true], [aria-label^=Loading], .mantine-Skeleton-root')
    if (!shown) readyAt = null
    else readyAt ??= performance.now()
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-busy', 'role', 'class'] })
  document.addEventListener('DOMContentLoaded', look)
`

export async function measureInteractive(
  browser: Browser,
  instance: Instance,
  candidates: readonly Candidate[],
  rounds: number,
): Promise<Interactive[]> {
  const signedIn = await signIn(browser, instance)
  const taken = candidates.map(() => ({ ms: [] as number[], requests: [] as number[] }))
  // One round that does not count: the server's caches and the disk's.
  for (let round = -1; round < rounds; round++)
    for (const [index, { path }] of candidates.entries()) {
      const { ms, requests } = await open(browser, signedIn, instance.url + path)
      if (round < 0) continue
      taken[index]!.ms.push(ms)
      taken[index]!.requests.push(requests)
    }
  return candidates.map((candidate, index) => ({
    ...candidate,
    ms: median(taken[index]!.ms),
    requests: median(taken[index]!.requests),
  }))
}

type SignedIn = Awaited<ReturnType<BrowserContext['storageState']>>

async function signIn(browser: Browser, { url, email, password }: Instance): Promise<SignedIn> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  // What a browser keeps after a first visit: that the first steps are done.
  await page.getByRole('heading', { name: 'Needs you now' }).waitFor()
  const state = await context.storageState()
  await context.close()
  return state
}

/** A context of its own has a cache of its own. */
async function open(browser: Browser, storageState: SignedIn, url: string) {
  const context = await browser.newContext({ storageState, viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript(watch)
  let requests = 0
  page.on('request', () => {
    requests += 1
  })
  await page.goto(url)
  const ms = await quiet(page)
  await context.close()
  return { ms, requests }
}

/** Waits until the page has been complete and idle for a while; when it became so, in milliseconds of its navigation. */
async function quiet(page: Page): Promise<number> {
  const deadline = performance.now() + givesUpMs
  for (;;) {
    // Through the debugger, not by a string that the page would have to evaluate: its content security policy forbids that.
    const { at, now } = (await page.evaluate(
      '({ at: readyAt === null ? null : Math.max(readyAt, longTaskEnd), now: performance.now() })',
    )) as { at: number | null; now: number }
    if (at !== null && now - at > quietMs) return at
    if (performance.now() > deadline) throw new Error(`${page.url()} does not come to rest`)
    await page.waitForTimeout(50)
  }
}
