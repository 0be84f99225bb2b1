/**
 * `daytwo up`: the database, one API process and one worker under a supervisor, so that a stuck worker never freezes
 * intake and is replaced.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { monotonicMs, sleep } from '#kernel/clock/index.ts'
import { type Config, childEnvironment } from '#kernel/config/index.ts'
import type { Logger } from '#kernel/telemetry/index.ts'
import { collectAfterStart } from './after-start.ts'
import { checkDatabase, type DatabaseServer, ownServer } from './database-server.ts'
import { logFor, type Role } from './log.ts'
import type { Go } from './serve.ts'

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))
/** No heartbeat for this long means the child's event loop or its work is stuck. */
const stuckMs = 20_000
const childDrainMs = 30_000
const maxRestartWaitMs = 10_000

type Child = { role: Role; process: ChildProcess; beatAt: number; told: boolean; ready: boolean }

export async function up(config: Config): Promise<void> {
  const log = await logFor(config, 'up')
  const say = (line: string) => log.info(line)
  const stopping = new AbortController()
  const children = new Map<Role, Child>()
  let server: DatabaseServer | undefined

  const stop = async (signal: string, exitCode = 0) => {
    if (stopping.signal.aborted) {
      for (const child of children.values()) child.process.kill('SIGKILL')
      process.exit(1)
    }
    stopping.abort()
    log.info({ signal }, 'stopping')
    await Promise.all([...children.values()].map(endChild))
    await server?.stop()
    process.exit(exitCode)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => stop(signal).catch((error) => fail(log, error)))

  // The API loads its code while the database starts, and waits for its address.
  const database = Promise.withResolvers<string>()
  // The worker's comes second: on a small machine it would only slow the one that somebody waits for.
  const listening = Promise.withResolvers<void>()
  const supervising = Promise.all([supervise('api'), listening.promise.then(() => supervise('worker'))])
  server = await ownServer(config, say)
  if (!server.embedded) await checkDatabase(server.url)
  watchServer()
  database.resolve(server.url)
  collectAfterStart()
  await supervising

  /** Keeps one child of a role running until we stop. One that never came up is a fault of the set-up, not of the moment. */
  async function supervise(role: Role) {
    let everReady = false
    for (let wait = 250; !stopping.signal.aborted; wait = Math.min(wait * 2, maxRestartWaitMs)) {
      const startedAt = monotonicMs()
      const child = startChild(role)
      children.set(role, child)
      const watch = setInterval(() => {
        if (!child.told || monotonicMs() - child.beatAt < stuckMs) return
        log.error({ role }, 'the process is stuck and is replaced')
        child.process.kill('SIGKILL')
      }, 1000)
      const code = await new Promise((resolve) => child.process.once('exit', resolve))
      clearInterval(watch)
      if (stopping.signal.aborted) return
      everReady ||= child.ready
      if (!everReady) return stop(`the ${role} could not start`, 1)
      if (monotonicMs() - startedAt > maxRestartWaitMs) wait = 250
      log.warn({ role, code, restartInMs: wait }, 'a process ended and is started again')
      await sleep(wait, stopping.signal)
    }
  }

  function startChild(role: Role): Child {
    const env = childEnvironment({})
    const child: Child = {
      role,
      process: spawn(process.execPath, [main, role], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
      beatAt: monotonicMs(),
      told: false,
      ready: false,
    }
    child.process.on('message', () => {
      child.ready = true
      if (role === 'api') listening.resolve()
      child.beatAt = monotonicMs()
    })
    const tell = (databaseUrl: string) => {
      child.told = true
      child.beatAt = monotonicMs()
      if (child.process.connected) child.process.send({ databaseUrl } satisfies Go)
    }
    database.promise.then(tell, (error) => fail(log, error))
    return child
  }

  /** The embedded server should never end by itself; when it does, it is started again on its port. */
  function watchServer() {
    server?.embedded?.exited.then(
      async ({ code }) => {
        if (stopping.signal.aborted) return
        log.error({ code }, 'PostgreSQL ended and is started again')
        server = await ownServer(config, say)
        watchServer()
      },
      (error) => fail(log, error),
    )
  }
}

function fail(log: Logger, error: unknown) {
  log.fatal({ err: error }, 'daytwo cannot go on')
  process.exit(1)
}

/** SIGTERM, and SIGKILL when draining takes too long. */
async function endChild({ process: child }: Child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), childDrainMs)
  await gone
  clearTimeout(force)
}
