/** `npm run dev`: the server restarts on edits below src, the console updates in place at Vite's address. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readConfig } from '#kernel/config/index.ts'

export async function develop(): Promise<void> {
  const { createServer } = await import('vite')
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const server = spawn(
    process.execPath,
    ['--watch', `--watch-path=${root}src`, '--watch-preserve-output', main, 'up'],
    {
      stdio: 'inherit',
      cwd: root,
    },
  )
  const { baseUrl } = readConfig()
  const proxy = Object.fromEntries(['/api', '/auth', '/problems', '/docs'].map((path) => [path, baseUrl]))
  const vite = await createServer({
    root: `${root}console`,
    configFile: `${root}console/vite.config.ts`,
    server: { proxy },
  })
  await vite.listen()
  vite.printUrls()
  const stop = () => {
    server.kill('SIGTERM')
    server.once('exit', () => vite.close().finally(() => process.exit(0)))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}
