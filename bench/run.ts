/** `npm run bench`: every figure in one run on one machine, written to bench/RESULTS.md as it was measured. */
import { rmSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import { startEmbedded } from '#kernel/database/embedded/index.ts'
import { temporaryFolder } from '#test/support/temporary-folder.ts'
import { type BenchRow, run as runDora } from './dora.ts'
import { type ImportFigures, run as runImport } from './import.ts'
import { run as runStart, type StartFigures } from './start.ts'

const folder = temporaryFolder()
const start = await runStart()
const imported = runImport()
const server = await startEmbedded({
  dataDir: folder,
  password: 'bench',
  log: () => undefined,
  settings: { fsync: 'off' },
})
try {
  const dora = await runDora(server.url)
  writeFileSync(new URL('./RESULTS.md', import.meta.url), report(start, imported, dora))
  console.log('wrote bench/RESULTS.md')
} finally {
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}

function report(started: StartFigures, imported: ImportFigures, dora: readonly BenchRow[]): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${arch()}, Node ${process.version}, PostgreSQL 18 (embedded)`
  const met = (value: number, limit: number | null) => (limit === null ? '' : value <= limit ? 'yes' : '**no**')
  const row = ({ question, rawMs, oursMs, ratio, limitMs }: BenchRow) =>
    `| ${question} | ${rawMs?.toFixed(1) ?? '–'} | ${oursMs.toFixed(1)} | ${ratio ? `${ratio.toFixed(1)} ×` : '–'} | ${limitMs ?? '–'} | ${met(oursMs, limitMs)} |`
  const parts = Object.entries(started.byProcess)
    .map(([name, mb]) => `${name} ${mb.toFixed(0)}`)
    .join(', ')
  return `# Results

Written by \`npm run bench\`. ${machine}. Medians; raw SQL and roll-ups take turns in one run and must give the same answers. Ratios carry over to
other machines, milliseconds do not.

## Start and memory

From \`npm start\` to the first 200 of \`/readyz\`, median of five; the console is built already.

| what | measured | limit | met |
|---|---|---|---|
| first start ever (creates the cluster, migrates) | ${(started.firstEverMs / 1000).toFixed(2)} s | 6 s | ${met(started.firstEverMs, 6000)} |
| start with existing data | ${(started.withDataMs / 1000).toFixed(2)} s | 2 s | ${met(started.withDataMs, 2000)} |
| idle, all processes, PSS (${parts}) | ${started.idlePssMb.toFixed(0)} MB | 300 MB | ${met(started.idlePssMb, 300)} |

## Importing a git repository

\`daytwo import:git\` of a generated repository with ${imported.commits.toLocaleString('en')} commits and 500 releases, nothing else running: the command's whole time, with the
database it starts (the first time: creates), the derivation and the roll-ups.

| what | measured | limit | met |
|---|---|---|---|
| first import | ${(imported.firstMs / 1000).toFixed(1)} s | 60 s | ${met(imported.firstMs, 60_000)} |
| again, nothing new | ${(imported.againMs / 1000).toFixed(1)} s | – | |

## DORA of 1,000,000 facts

One tenant, 200 streams, 365 days. The peer is plain SQL over the raw facts with good indexes, as a careful person writes it (fsync off for both).

| question | raw SQL ms | roll-ups ms | times | limit ms | met |
|---|---|---|---|---|---|
${dora.map(row).join('\n')}
`
}
