/** The product's own API processes, as `daytwo up` runs them, writing their access lines to a file. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { benchSecret } from '../support/database.ts'
import { freePort } from '../support/ports.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

const startWithinMs = 20_000

export type Api = { readonly port: number; stop(): Promise<void> }

/** Resolves once it serves; it ends with this process, whose channel it listens to. `nodeFlags` are for profiling. */
export async function startApi(given: {
  databaseUrl: string
  secret: string
  folder: string
  nodeFlags?: readonly string[]
}): Promise<Api> {
  const port = await freePort()
  const log = openSync(join(given.folder, `api-${port}.log`), 'w')
  const child = spawn(process.execPath, [...(given.nodeFlags ?? []), main, 'api'], {
    cwd: given.folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      APP_KEY: benchSecret,
      GITHUB_WEBHOOK_SECRET: given.secret,
      DAYTWO_DATA: join(given.folder, 'product'),
      LOG_DIR: '-',
      PORT: String(port),
    },
    stdio: ['ignore', log, 'inherit', 'ipc'],
  })
  closeSync(log)
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', () => resolve())
    child.once('exit', (code) => reject(new Error(`the API ended with ${code} before it served`)))
  })
  child.send({ databaseUrl: given.databaseUrl })
  // One that cannot start may linger on its open channel.
  const tooLate = setTimeout(() => child.kill('SIGKILL'), startWithinMs)
  await ready.finally(() => clearTimeout(tooLate))
  return {
    port,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}
