/** `npm run check`: everything that must hold beside the tests. Runs all, tells all, fails if one failed. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dependencyReport } from './dependency-report.ts'
import { generatedDocs } from './generated-docs.ts'

const root = new URL('../', import.meta.url)
type Check = { name: string; run(): Promise<string | undefined> | string | undefined }

/** Runs a tool of ours; returns its output when it failed. */
function tool(path: string, ...args: string[]) {
  const result = spawnSync(process.execPath, [new URL(`node_modules/${path}`, root).pathname, ...args], {
    cwd: root,
    encoding: 'utf8',
  })
  return result.status === 0 ? undefined : `${result.stdout}${result.stderr}`.trim() || `exit ${result.status}`
}

// The compiler's parallel checkers (TypeScript 7.0.2) were seen to spin for minutes without an end; one checker takes seconds.
const checks: Check[] = [
  {
    name: 'format and lint',
    run: () => tool('@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings', '.'),
  },
  { name: 'types of the server', run: () => tool('typescript/bin/tsc', '--singleThreaded') },
  { name: 'types of the console', run: () => tool('typescript/bin/tsc', '--singleThreaded', '-p', 'console') },
  { name: 'dead code', run: () => tool('knip/bin/knip.js') },
  { name: 'generated documents', run: outdatedDocs },
  { name: 'dependencies', run: () => dependencyReport(root) },
]

async function outdatedDocs() {
  const outdated: string[] = []
  for (const [path, text] of await generatedDocs()) {
    const file = new URL(path, root)
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) outdated.push(path)
  }
  return outdated.length > 0 ? `${outdated.join(', ')} differ from the code: run "npm run docs" and commit` : undefined
}

let failed = 0
for (const { name, run } of checks) {
  const started = performance.now()
  const fault = await Promise.resolve(run()).catch((error: Error) => error.message)
  if (fault) failed++
  console.log(`${fault ? '✘' : '✔'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  if (fault) console.log(fault.replaceAll(/^/gm, '    '))
}
process.exitCode = failed > 0 ? 1 : 0
