import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { postgresProcesses } from './processes.ts'
import type { EmbeddedOptions, EmbeddedServer } from './types.ts'

export type TestInstance = { options: EmbeddedOptions; lines: string[]; clusterDir: string }

/** A temporary folder that other accounts may enter; removed after the test, with whatever servers run in it. */
export async function temporaryFolder(t: TestContext, base: string = tmpdir(), mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(base, 'd2-'))
  await chmod(folder, mode)
  t.after(async () => {
    for (const name of await readdir(folder, { recursive: true })) {
      if (basename(name) === 'postmaster.pid') await killServers(join(folder, dirname(name)))
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return folder
}

/** Options of a fresh instance, collecting its lines. */
export async function freshInstance(t: TestContext, more: Partial<EmbeddedOptions> = {}): Promise<TestInstance> {
  const dataDir = more.dataDir ?? join(await temporaryFolder(t), 'data')
  const lines: string[] = []
  const clusterDir = join(dataDir, 'postgres')
  return { options: { password: 'p@ss/wörd', log: (line) => lines.push(line), ...more, dataDir }, lines, clusterDir }
}

async function killServers(clusterDir: string): Promise<void> {
  for (let pids = postgresProcesses(clusterDir); pids.length > 0; pids = postgresProcesses(clusterDir)) {
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await sleep(20)
  }
}

/** Runs one statement on a server and returns the first row. */
export async function query(server: Pick<EmbeddedServer, 'url'>, text: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows[0] as Record<string, unknown>
  } finally {
    await client.end()
  }
}

/** Takes a port on the loopback address for the length of the test. */
export async function occupyPort(t: TestContext, port = 0): Promise<number> {
  const holder = createServer().listen(port, '127.0.0.1')
  await once(holder, 'listening')
  t.after(() => holder.close())
  return (holder.address() as { port: number }).port
}

export type OwnerProcess = { child: ChildProcess; started: Promise<{ port: number; owned: boolean }>; lines: string[] }

/** Starts another process that owns (or attaches to) an instance, see `owner-process.ts`. */
export function ownerProcess(
  t: TestContext,
  o: EmbeddedOptions,
  { call = 'startEmbedded', next = 'stay', uid }: { call?: string; next?: string; uid?: number } = {},
): OwnerProcess {
  const script = fileURLToPath(new URL('./owner-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, call, next, JSON.stringify(o)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid, env: {} }),
  })
  t.after(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<{ port: number; owned: boolean }>()
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    if (line.startsWith('started ')) resolve(JSON.parse(line.slice(8)))
    if (line.startsWith('failed ')) reject(new Error(line.slice(7)))
  })
  child.once('exit', () => reject(new Error(`the process ended: ${lines.join(' | ')}`)))
  promise.catch(() => {})
  return { child, started: promise, lines }
}
