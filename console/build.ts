/** Builds the console, and knows whether what lies in `dist` is still what the sources say. Used by the CLI. */
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('.', import.meta.url))
const repository = join(root, '..')
/** Bytes; what fits into a packet gains nothing. */
const worthCompressing = 1400
const stamp = join(root, 'dist', '.built')

/** What the built console depends on: its own sources, the modules' schemas and what these take of the kernel, the locked dependencies. */
function newestSourceMs(): number {
  const own = ['index.html', 'vite.config.ts', 'src'].map((name) => join(root, name))
  const newest = Math.max(...own.map((path) => newestBelow(path, () => true)))
  const schemas = newestBelow(join(repository, 'src', 'modules'), (name) => name === 'schemas.ts')
  const paging = newestBelow(join(repository, 'src', 'kernel', 'paging'), () => true)
  const lock = newestBelow(join(repository, 'package-lock.json'), () => true)
  return Math.max(newest, schemas, paging, lock)
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
  compressAssets()
  writeFileSync(stamp, `${sourcesAt.toISOString()}\n`)
  utimesSync(stamp, sourcesAt, sourcesAt)
  log(`built the console in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
}

/** Beside each text asset its compressed forms, once here instead of with every request. */
function compressAssets() {
  const folder = join(root, 'dist', 'assets')
  for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file))) {
    const content = readFileSync(join(folder, name))
    if (content.length < worthCompressing) continue
    writeFileSync(
      join(folder, `${name}.br`),
      brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    )
    writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
  }
}

if (import.meta.main) await buildConsole({ log: (line) => console.log(line) })
