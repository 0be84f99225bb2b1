/** The console is built when it is missing or older than its sources; an image without the build tools serves what it has. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { consoleIsStale } from '../../console/build.ts'

const index = new URL('../../console/dist/index.html', import.meta.url)
const buildTool = new URL('../../node_modules/vite/package.json', import.meta.url)
const buildScript = fileURLToPath(new URL('../../console/build.ts', import.meta.url))

/** In a process of its own: the build tool sets NODE_ENV to production for whoever calls it, and its memory goes with it. */
export async function ensureConsole(): Promise<void> {
  if (existsSync(index) && (!existsSync(buildTool) || !consoleIsStale())) return
  const child = spawn(process.execPath, [buildScript], { stdio: ['ignore', 'inherit', 'inherit'] })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error('the console could not be built; the messages above say why')
}
