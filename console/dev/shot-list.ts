/** What is looked at: every page in its states, and every dialog. */
import type { Page } from 'playwright-core'

export type Shot = {
  name: string
  path: string
  mode?: 'empty' | 'slow' | 'error' | 'broken' | 'signed-out'
  widths?: number[]
  /** Done before the picture, which is then of the viewport only. */
  act?: (page: Page) => Promise<void>
}

const click = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click()
}

const pages = [
  ['overview', '/'],
  ['deployments', '/deployments'],
  ['incidents', '/incidents'],
  ['streams', '/streams'],
  ['connect', '/connect'],
  ['keys', '/keys'],
  ['queue', '/queue'],
  ['schedules', '/schedules'],
] as const

export const shots: Shot[] = [
  ...pages.map(([name, path]) => ({ name, path })),
  { name: 'overview-wide', path: '/?days=365', widths: [1600] },
  { name: 'overview-tablet', path: '/?days=30', widths: [820] },
  { name: 'deployment', path: '/deployments/4195' },
  { name: 'deployment-failed', path: '/deployments/4199' },
  { name: 'event', path: '/queue/90310' },
  { name: 'not-found', path: '/nowhere' },
  { name: 'signed-out', path: '/', mode: 'signed-out' },
  ...pages.map(([name, path]) => ({ name: `${name}-empty`, path, mode: 'empty' as const })),
  ...pages.map(([name, path]) => ({ name: `${name}-slow`, path, mode: 'slow' as const, widths: [1440] })),
  { name: 'overview-error', path: '/', mode: 'error' },
  { name: 'queue-broken', path: '/queue', mode: 'broken' },
  { name: 'deployment-missing', path: '/deployments/1', widths: [1440] },
  { name: 'do-definition', path: '/', act: click(/How Change lead time/) },
  { name: 'do-window', path: '/', act: click('Other days') },
  { name: 'do-tables', path: '/', act: clickAllTables },
  { name: 'do-override', path: '/incidents', act: click(/Decide what caused/) },
  { name: 'do-evidence', path: '/incidents', act: click(/by service window/) },
  { name: 'do-stream', path: '/streams?new=1', act: click('Make the stream') },
  { name: 'do-delete', path: '/streams', act: click(/Delete Shop/) },
  { name: 'do-key', path: '/keys', act: click('New key') },
  { name: 'do-rotate', path: '/keys', act: click(/Rotate Grafana/) },
  { name: 'do-menu', path: '/queue', widths: [390], act: click('Navigation') },
]

async function clickAllTables(page: Page) {
  const toTable = page.getByRole('button', { name: /^Show .* as a table$/ })
  while ((await toTable.count()) > 0) await toTable.first().click()
  await page.evaluate('window.scrollTo(0, 400)')
}
