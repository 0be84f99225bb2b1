/**
 * `npm run bench`: every figure in one run on one machine, written to bench/RESULTS.md as it was measured.
 * `npm run bench -- intake processing` measures those again and leaves the other sections; `--quick` takes one short round,
 * prints, and writes nothing. `--only pg-boss` takes that peer alone, `--profile <folder>` writes CPU profiles of the product.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { startEmbedded } from '#kernel/database/embedded/index.ts'
import { temporaryFolder } from '#test/support/temporary-folder.ts'
import { auditEvents, reportAudit, run as runAudit } from './audit.ts'
import { run as runConsole } from './console/index.ts'
import { reportConsole } from './console/report.ts'
import { type BenchRow, run as runDora } from './dora.ts'
import { reportForecast, run as runForecast } from './forecast.ts'
import { run as runImport } from './import.ts'
import { run as runIntake } from './intake/index.ts'
import { reportIntake } from './intake/report.ts'
import { run as runProcessing } from './processing/index.ts'
import { reportProcessing } from './processing/report.ts'
import { run as runStart } from './start.ts'
import { benchServer } from './support/database.ts'

type Options = {
  readonly quick: boolean
  /** Contenders whose name begins so, beside the product and the ceiling. */
  readonly only: string
  /** Folder for CPU profiles of the product's processes. */
  readonly profile: string
}

/** In the order of the results; each measures and tells its section. */
const benches: Record<string, (options: Options) => Promise<string>> = {
  start: reportStart,
  import: reportImport,
  intake: async (options) => reportIntake(await runIntake(options)),
  processing: async (options) => reportProcessing(await runProcessing(options)),
  dora: reportDora,
  forecast: async () => reportForecast(runForecast()),
  audit: reportTrail,
  console: async (options) => reportConsole(await runConsole(options)),
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    profile: { type: 'string', default: '' },
  },
})
const unknown = positionals.filter((name) => !(name in benches))
if (unknown.length > 0)
  throw new Error(`no such bench: ${unknown.join(', ')}. There are ${Object.keys(benches).join(', ')}.`)
const chosen = positionals.length > 0 ? positionals : Object.keys(benches)

const results = new URL('./RESULTS.md', import.meta.url)
const head = `# Results

Written by \`npm run bench\`. ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node ${process.version}, PostgreSQL 18 (embedded). Medians; who is compared takes turns in one run and must
give the same answers. Ratios carry over to other machines, milliseconds do not.
`
const sections: string[] = []
for (const name of Object.keys(benches).filter((candidate) => chosen.includes(candidate))) {
  const section = await benches[name]!(options)
  console.log(`\n${section}`)
  sections.push(section)
}
if (!options.quick && !options.only && !options.profile) write()

/** Sections not measured now stay, but only beside others of the same machine. */
function write() {
  const [before = '', ...known] = readFileSync(results, 'utf8').split(/^(?=## )/m)
  const complete = chosen.length === Object.keys(benches).length
  if (!complete && before.trim() !== head.trim()) {
    console.log('bench/RESULTS.md tells of another machine or version: not written. Run all benches to replace it.')
    return
  }
  const title = (section: string) => section.split('\n', 1)[0]
  const measured = new Map(sections.map((section) => [title(section), section]))
  const kept = complete ? [] : known
  const all = [
    ...kept.map((section) => measured.get(title(section)) ?? section),
    ...sections.filter((section) => !kept.some((one) => title(one) === title(section))),
  ]
  writeFileSync(
    results,
    [head, ...all]
      .map((part) => part.trim())
      .join('\n\n')
      .concat('\n'),
  )
  console.log('wrote bench/RESULTS.md')
}

function met(value: number, limit: number | null) {
  return limit === null ? '' : value <= limit ? 'yes' : '**no**'
}

async function reportStart(): Promise<string> {
  const started = await runStart()
  const parts = Object.entries(started.byProcess)
    .map(([name, mb]) => `${name} ${mb.toFixed(0)}`)
    .join(', ')
  return `## Start and memory

From \`npm start\` to the first 200 of \`/readyz\`, median of five; the console is built already.

| what | measured | limit | met |
|---|---|---|---|
| first start ever (creates the cluster, migrates) | ${(started.firstEverMs / 1000).toFixed(2)} s | 6 s | ${met(started.firstEverMs, 6000)} |
| start with existing data | ${(started.withDataMs / 1000).toFixed(2)} s | 2 s | ${met(started.withDataMs, 2000)} |
| idle, all processes, PSS (${parts}) | ${started.idlePssMb.toFixed(0)} MB | 300 MB | ${met(started.idlePssMb, 300)} |
`
}

async function reportImport(): Promise<string> {
  const imported = runImport()
  return `## Importing a git repository

\`daytwo import:git\` of a generated repository with ${imported.commits.toLocaleString('en')} commits and 500 releases, nothing else running: the command's whole time, with the
database it starts (the first time: creates), the derivation and the roll-ups.

| what | measured | limit | met |
|---|---|---|---|
| first import | ${(imported.firstMs / 1000).toFixed(1)} s | 60 s | ${met(imported.firstMs, 60_000)} |
| again, nothing new | ${(imported.againMs / 1000).toFixed(1)} s | – | |
`
}

async function reportDora(): Promise<string> {
  const folder = temporaryFolder()
  const server = await startEmbedded({
    dataDir: folder,
    password: 'bench',
    log: () => undefined,
    settings: { fsync: 'off' },
  })
  const row = ({ question, rawMs, oursMs, ratio, limitMs }: BenchRow) =>
    `| ${question} | ${rawMs?.toFixed(1) ?? '–'} | ${oursMs.toFixed(1)} | ${ratio ? `${ratio.toFixed(1)} ×` : '–'} | ${limitMs ?? '–'} | ${met(oursMs, limitMs)} |`
  try {
    const dora = await runDora(server.url)
    return `## DORA of 1,000,000 facts

One tenant, 200 streams, 365 days. The peer is plain SQL over the raw facts with good indexes, as a careful person writes it (fsync off for both).

| question | raw SQL ms | roll-ups ms | times | limit ms | met |
|---|---|---|---|---|---|
${dora.map(row).join('\n')}
`
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function reportTrail({ quick }: Options): Promise<string> {
  const server = await benchServer()
  try {
    const events = auditEvents(quick)
    return reportAudit(await runAudit(server.url, events), events)
  } finally {
    await server.stop()
  }
}
