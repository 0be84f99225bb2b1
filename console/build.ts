/** Builds the console, and knows whether what lies in `dist` is still what the sources say. Used by the CLI. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('.', import.meta.url))
const repository = join(root, '..')
const stamp = join(root, 'dist', '.built')

/** What the built console depends on: its own sources, the modules' schemas, the locked dependencies. */
function newestSourceMs(): number {
  const own = ['index.html', 'vite.config.ts', 'src'].map((name) => join(root, name))
  const newest = Math.max(...own.map((path) => newestBelow(path, () => true)))
  const schemas = newestBelow(join(repository, 'src', 'modules'), (name) => name === 'schemas.ts')
  const lock = newestBelow(join(repository, 'package-lock.json'), () => true)
  return Math.max(newest, schemas, lock)
}

function newestBelow(path: string, wanted: (name: string) => boolean): number {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return 0
  if (!stats.isDirectory()) return stats.mtimeMs
  // A folder's own time changes when a file is removed from it.
  let newest = wanted('') ? stats.mtimeMs : 0
  for (const entry of readdirSync(path, { withFileTypes: true }))
    if (entry.isDirectory() || wanted(entry.name))
      newest = Math.max(newest, newestBelow(join(path, entry.name), wanted))
  return newest
}

/** True when there is no built console, or when something it is made of is newer than it. */
export function consoleIsStale(): boolean {
  if (!existsSync(stamp) || !existsSync(join(root, 'dist', 'index.html'))) return true
  return newestSourceMs() > statSync(stamp).mtimeMs
}

/** Builds `console/dist`; `log` gets one line when it starts and one when it is done. Throws when the build fails. */
export async function buildConsole({ log }: { log: (line: string) => void }): Promise<void> {
  const startedMs = performance.now()
  log('building the console')
  // Taken before the build, so that an edit made while it runs counts as newer.
  const sourcesAt = new Date(Math.max(newestSourceMs(), 0) + 1)
  const { build } = await import('vite')
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' })
  writeFileSync(stamp, `${sourcesAt.toISOString()}\n`)
  const { utimesSync } = await import('node:fs')
  utimesSync(stamp, sourcesAt, sourcesAt)
  log(`built the console in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
}

if (import.meta.main) await buildConsole({ log: (line) => console.log(line) })
