/** The console is built when it is missing or older than its sources; an image without the build tools serves what it has. */
import { existsSync } from 'node:fs'
import { buildConsole, consoleIsStale } from '../../console/build.ts'

const index = new URL('../../console/dist/index.html', import.meta.url)
const buildTool = new URL('../../node_modules/vite/package.json', import.meta.url)

export async function ensureConsole(log: (line: string) => void): Promise<void> {
  if (existsSync(index) && (!existsSync(buildTool) || !consoleIsStale())) return
  await buildConsole({ log })
}
