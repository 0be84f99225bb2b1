/** Markdown of the console's figures. */
import { table, times, verdict } from '../support/table.ts'
import type { ConsoleFigures } from './index.ts'

const limits = { scriptKb: 250, ratio: 3, shift: 0.02 }

/** Its section of the results. */
export function reportConsole({ sizes, interactive, shifts }: ConsoleFigures): string {
  const [empty, ...others] = interactive
  const worst = shifts.toSorted((one, other) => other.shift - one.shift).slice(0, 5)
  return `## The console

A first look as the build compresses it (gzip; what the server sends to a browser that knows brotli is smaller still).

${table(
  ['first look at', 'scripts', 'script kB', 'style kB', 'limit', 'met'],
  sizes.map(({ page, scripts, scriptKb, styleKb, deferred }) => [
    page,
    scripts,
    scriptKb.toFixed(0),
    styleKb.toFixed(0),
    deferred ? '–' : `${limits.scriptKb} kB`,
    deferred ? '' : verdict(scriptKb < limits.scriptKb),
  ]),
)}

Time to interactive on an instance with the demo's year of data, each time with an empty browser cache, in turns: from the navigation's start until everything the page asks for
is shown and the last long task is over. The empty page is the console's frame around a page that asks nothing.

${table(
  ['page', 'requests', 'ms', 'of the empty page', 'reach', 'met'],
  [
    [empty!.name, empty!.requests, Math.round(empty!.ms), '', '', ''],
    ...others.map(({ name, requests, ms }) => [
      name === 'bare' ? 'for comparison: a bare HTML page without script' : name,
      requests,
      Math.round(ms),
      times(ms / empty!.ms),
      name === 'bare' ? '–' : `≤ ${limits.ratio} ×`,
      name === 'bare' ? '' : verdict(ms <= limits.ratio * empty!.ms),
    ]),
  ],
)}

Layout shift of ${new Set(shifts.map(({ path }) => path)).size} pages at ${[...new Set(shifts.map(({ width }) => width))].join(' and ')} px with replies delayed by 150–550 ms; the five worst.

${table(
  ['page', 'width', 'layout shift', 'reach', 'met'],
  worst.map(({ path, width, shift }) => [
    path,
    width,
    shift.toFixed(4),
    `≤ ${limits.shift}`,
    verdict(shift <= limits.shift),
  ]),
)}
`
}
