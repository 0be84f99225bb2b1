/**
 * The console in a real Chromium: what a first look loads, when a page is usable, how much of it moves meanwhile.
 * `npm run bench -- console`, or in few rounds `bin/pinned-node bench/console/index.ts`.
 */

import { launchChromium } from '#test/support/chromium.ts'
import { buildConsole, consoleIsStale } from '../../console/build.ts'
import { startInstance } from '../support/instance.ts'
import { type Interactive, measureInteractive } from './interactive.ts'
import { reportConsole } from './report.ts'
import { measureShift, type Shift } from './shift.ts'
import { firstLoads, type Size } from './sizes.ts'

export type ConsoleFigures = {
  readonly sizes: readonly Size[]
  readonly interactive: readonly Interactive[]
  readonly shifts: readonly Shift[]
}

/** The first is the empty page that the others are compared with: the frame around a page that asks nothing. */
const candidates = [
  { name: 'empty', path: '/nowhere' },
  { name: 'home', path: '/' },
  { name: 'delivery', path: '/delivery' },
  { name: 'bare', path: '/problems/not-found' },
]

export async function run({ quick }: { quick: boolean }): Promise<ConsoleFigures> {
  if (consoleIsStale()) await buildConsole({ log: (line) => console.log(line) })
  const browser = await launchChromium()
  try {
    const shifts = await measureShift(browser)
    const instance = await startInstance()
    try {
      await instance.run('demo', '--yes', '--json')
      const interactive = await measureInteractive(browser, instance, candidates, quick ? 3 : 11)
      return { sizes: firstLoads(), interactive, shifts }
    } finally {
      await instance.stop()
    }
  } finally {
    await browser.close()
  }
}

if (import.meta.main) process.stdout.write(reportConsole(await run({ quick: true })))
