/** What a scenario found, printed as one line; the full run also keeps it in RESULTS.md, a row a scenario. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { TestDatabase } from '../support/database.ts'
import { full } from './counts.ts'

const path = fileURLToPath(new URL('RESULTS.md', import.meta.url))

/** In the order of the table. */
const titles = {
  kills: 'Workers and API killed',
  control: 'The same check with the fence removed must fail',
  stopped: 'Worker stopped past its lease, then continued',
  clock: 'Database clock stepped by ten minutes',
  poison: 'One poison event in a hundred',
  stuck: 'Handlers that kill, loop for ever, never end',
  neighbour: 'One event a tenth of a second beside a backlog',
  crash: 'PostgreSQL stopped in immediate mode',
  outage: 'PostgreSQL gone for a while',
  terminate: 'SIGTERM under load',
  notifications: 'Workers killed while they tell of alerts',
  schedules: 'Scheduled commands across three workers that are killed',
} as const

export type Scenario = keyof typeof titles

export async function tell(
  sql: TestDatabase['sql'],
  scenario: Scenario,
  figures: Readonly<Record<string, string | number>>,
): Promise<void> {
  const line = Object.entries(figures)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? value.toLocaleString('en-US') : value}`)
    .join(', ')
  console.log(`crash · ${titles[scenario]}: ${line}`)
  if (!full) return
  const [version] = await sql(`select split_part(version(), ' ', 2) as "version"`)
  const known = new Map(existsSync(path) ? readFileSync(path, 'utf8').split('\n').map(readRow) : [])
  known.set(titles[scenario], line)
  writeFileSync(
    path,
    `# Crash tests: what the last full run found

Written by \`npm run test:crash\`: Node ${process.versions.node}, PostgreSQL ${version!.version}, ${availableParallelism()} cores.

| scenario | found |
|---|---|
${Object.values(titles)
  .filter((title) => known.has(title))
  .map((title) => `| ${title} | ${known.get(title)} |`)
  .join('\n')}
`,
  )
}

function readRow(line: string): [string, string] {
  const [, title = '', found = ''] = /^\| (.+?) \| (.+) \|$/.exec(line) ?? []
  return [title, found]
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
