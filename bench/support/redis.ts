/** A Redis of the bench's own that confirms only what is on disk, as PostgreSQL does, and is bounded in memory. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './ports.ts'

/** Whatever the path has of it; nothing is installed for it. */
const program = 'redis-server'

export type RedisServer = { readonly port: number; readonly version: string; stop(): Promise<void> }

/** Undefined where no `redis-server` is on the path. */
export async function startRedis(folder: string): Promise<RedisServer | undefined> {
  const found = spawnSync(program, ['--version'], { encoding: 'utf8' })
  if (found.status !== 0) return undefined
  const port = await freePort()
  const dir = join(folder, 'redis')
  mkdirSync(dir, { recursive: true })
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir,
    appendonly: 'yes',
    appendfsync: 'always',
    // Rewriting its log in the middle of a measurement would be the moment's fault; it is rewritten between rounds.
    'auto-aof-rewrite-percentage': '0',
    save: '',
    maxmemory: '3gb',
    'maxmemory-policy': 'noeviction',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const server = spawn(program, args, { stdio: 'ignore' })
  const kill = () => void server.kill('SIGKILL')
  process.once('exit', kill)
  await listening(port)
  return {
    port,
    version: /v=([\d.]+)/.exec(found.stdout)?.[1] ?? '',
    async stop() {
      process.off('exit', kill)
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await gone
    },
  }
}

/** Resolves once something accepts connections on the port. */
async function listening(port: number): Promise<void> {
  const deadline = performance.now() + 10_000
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    if (performance.now() > deadline) throw new Error(`nothing listens on port ${port}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
