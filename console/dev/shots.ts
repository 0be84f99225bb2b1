/**
 * Pictures and accessibility findings of every page: `bin/pinned-node console/dev/shots.ts [folder] [pattern of names]`.
 * Starts the fixture server and a Chromium of its own. Exits with 1 when axe or the content security policy complains.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../test/support/chromium.ts'
import { startFixtureServer } from './fixture-server.ts'
import { type Shot, shots } from './shot-list.ts'

const folder = process.argv[2] ?? '/tmp/shots'
const filter = new RegExp(process.argv[3] ?? '')
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
mkdirSync(folder, { recursive: true })

type Theme = 'light' | 'dark'
type Finding = { shot: string; text: string }
const findings: Finding[] = []

async function look(browser: Browser, base: string, shot: Shot, theme: Theme, width: number) {
  const name = `${shot.name}-${theme}-${width}`
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 900 },
    colorScheme: theme,
    bypassCSP: false,
    reducedMotion: 'reduce',
  })
  await context.addCookies([{ name: 'fixture', value: shot.mode ?? 'full', url: base }])
  try {
    await lookIn(await context.newPage(), base, shot, name)
  } finally {
    await context.close()
  }
}

async function lookIn(page: Page, base: string, shot: Shot, name: string) {
  page.setDefaultTimeout(10_000)
  page.on('console', (message) => {
    const expected =
      (shot.mode || shot.act || shot.name.endsWith('missing')) && /Failed to load resource/.test(message.text())
    if (message.type() === 'error' && !expected) findings.push({ shot: name, text: message.text() })
  })
  page.on('pageerror', (error) => findings.push({ shot: name, text: String(error) }))
  await page.goto(base + shot.path)
  await page.waitForSelector(shot.mode === 'slow' ? '[role=status]' : 'h1, h2', { timeout: 10_000 })
  if (shot.mode === 'slow') await page.waitForTimeout(400)
  else await page.waitForLoadState('networkidle')
  await shot.act?.(page)
  await page.waitForTimeout(350)
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: shot.act === undefined })
  await check(page, name)
  const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  if (Number(overflow) > 0) findings.push({ shot: name, text: `the page is ${overflow} px too wide` })
}

/** Axe through the debugger's evaluate, which the content security policy does not stop. */
async function check(page: Page, name: string) {
  await page.evaluate(axeSource)
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.target + ' ' + (node.any[0]?.message ?? node.all[0]?.message ?? '')).join(' | ')))`,
  )) as string[]
  for (const text of found) findings.push({ shot: name, text })
}

const server = await startFixtureServer()
const browser = await launchChromium()
for (const shot of shots.filter(({ name }) => filter.test(name)))
  for (const theme of ['light', 'dark'] as const)
    for (const width of shot.widths ?? [1440, 390])
      await look(browser, server.url, shot, theme, width).catch((error) =>
        findings.push({ shot: `${shot.name}-${theme}-${width}`, text: String(error) }),
      )
await browser.close()
server.close()
for (const { shot, text } of findings) console.log(`${shot}: ${text}`)
console.log(`${findings.length} findings; pictures in ${folder}`)
process.exitCode = findings.length === 0 ? 0 : 1
