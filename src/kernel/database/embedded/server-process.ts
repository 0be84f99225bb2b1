import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runAs } from './account.ts'
import type { Place } from './place.ts'
import { readPostmasterFile, shutdownSteps } from './postmaster.ts'
import { openServerLog, type ServerLog } from './server-log.ts'
import { serverArguments } from './settings.ts'
import type { Log } from './types.ts'

export type ServerProcess = { ended: Promise<number | null>; shutDown(): Promise<void> }

// Servers to stop if this process ends without having done so (process.exit, an uncaught error). One listener for all:
// one each would make Node warn from the eleventh on.
const running = new Set<ChildProcess>()
const stopAll = () => {
  for (const child of running) child.kill('SIGINT')
}

/**
 * Starts the server and waits until it accepts connections, however long recovery takes. Undefined if the port turned
 * out to be taken.
 */
export async function launchServer(
  place: Place,
  port: number,
  settings: Record<string, string> | undefined,
  log: Log,
): Promise<ServerProcess | undefined> {
  const serverLog = await openServerLog(place.dataDir)
  try {
    // Detached: Ctrl-C in the terminal must not stop the database under an app that is still draining.
    const child = spawn(join(place.binDir, 'postgres'), serverArguments(place.clusterDir, port, settings), {
      ...runAs(place.account),
      detached: true,
      stdio: ['ignore', serverLog.fd, serverLog.fd],
    })
    const ended = watchEnd(child)
    // A database alone does not keep the process alive; while somebody waits for its end it does.
    child.unref()
    if (await becameReady(place.clusterDir, child, ended, log)) return { ended, shutDown: () => shutDown(child, ended) }
    const output = await serverLog.written()
    if (output.includes('Address already in use')) return undefined
    throw new Error(startFailure(await ended, output, serverLog))
  } finally {
    await serverLog.close()
  }
}

function watchEnd(child: ChildProcess): Promise<number | null> {
  if (running.size === 0) process.on('exit', stopAll)
  running.add(child)
  const { promise, resolve } = Promise.withResolvers<number | null>()
  const end = (code: number | null) => {
    running.delete(child)
    if (running.size === 0) process.off('exit', stopAll)
    resolve(code)
  }
  child.once('exit', end)
  child.once('error', () => end(null))
  return promise
}

async function becameReady(dir: string, child: ChildProcess, ended: Promise<unknown>, log: Log): Promise<boolean> {
  let over = false
  void ended.then(() => {
    over = true
  })
  const begin = Date.now()
  for (let announceAt = 3_000; !over; await sleep(10)) {
    const file = await readPostmasterFile(dir)
    if (file?.ready && file.pid === child.pid) return true
    if (Date.now() - begin < announceAt) continue
    log('the database is still starting (recovering after an unclean stop)')
    announceAt += 15_000
  }
  return false
}

function startFailure(code: number | null, output: string, { path }: ServerLog): string {
  const lines = output.trim().split('\n').slice(-10).join('\n')
  return `PostgreSQL did not start (exit code ${code}). Its log ${path} ends with:\n${lines}`
}

async function shutDown(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.ref()
  for (const { signal, waitMs } of shutdownSteps) {
    child.kill(signal)
    const timeout = new AbortController()
    const late = sleep(waitMs, true, { signal: timeout.signal }).catch(() => false)
    if (!(await Promise.race([ended.then(() => false), late]))) return timeout.abort()
  }
}
