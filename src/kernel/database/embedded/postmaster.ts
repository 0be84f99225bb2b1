import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, unlessMissing } from './errors.ts'
import { postgresProcesses } from './processes.ts'
import type { Log } from './types.ts'

/** How long the fast shutdown may take before the immediate one, and that before SIGKILL. */
export const shutdownSteps = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const

export type PostmasterFile = { pid: number; port: number; ready: boolean }

/** What `postmaster.pid` says. It is no proof that the server lives: it stays behind after a crash. */
export async function readPostmasterFile(clusterDir: string): Promise<PostmasterFile | undefined> {
  const lines = (await unlessMissing(readFile(join(clusterDir, 'postmaster.pid'), 'utf8')))?.split('\n')
  if (!lines) return undefined
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

/** Port of the live server of the cluster, if it accepts connections. */
export async function readyPort(clusterDir: string): Promise<number | undefined> {
  const file = await readPostmasterFile(clusterDir)
  return file?.ready && postgresProcesses(clusterDir).includes(file.pid) ? file.port : undefined
}

/**
 * Ends whatever an earlier owner left running in the cluster and removes a stale `postmaster.pid`. Only for the owner
 * of the cluster. PostgreSQL cannot do this itself: it gives up if the pid in that file meanwhile belongs to any other
 * process of the account, or if a busy backend survived its postmaster.
 */
export async function clearLeftovers(clusterDir: string, log: Log): Promise<void> {
  const file = await readPostmasterFile(clusterDir)
  const running = postgresProcesses(clusterDir)
  if (file && running.includes(file.pid)) {
    log(`stopping the database server (pid ${file.pid}) that an earlier daytwo process left behind`)
    await signalUntilGone(clusterDir, [file.pid], 0)
  }
  const orphans = postgresProcesses(clusterDir)
  if (orphans.length > 0) {
    log(`ending ${orphans.length} database process(es) whose server is gone`)
    await signalUntilGone(clusterDir, orphans, 1)
  }
  if (file) await rm(join(clusterDir, 'postmaster.pid'), { force: true })
}

async function signalUntilGone(clusterDir: string, pids: number[], firstStep: number): Promise<void> {
  for (const { signal, waitMs } of shutdownSteps.slice(firstStep)) {
    for (const pid of pids) sendSignal(pid, signal)
    const deadline = Date.now() + waitMs
    while (Date.now() < deadline) {
      const alive = postgresProcesses(clusterDir)
      if (!pids.some((pid) => alive.includes(pid))) return
      await sleep(20)
    }
  }
  throw new Error(`The database process(es) ${pids.join(', ')} of ${clusterDir} do not end. End them by hand.`)
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error
  }
}
