/** Runs one role as a process: signals, the parent's supervision, and an orderly end. */
import type { Config } from '#kernel/config/index.ts'
import { collectAfterStart } from './after-start.ts'
import { logFor, type Role } from './log.ts'
import { type Running, runApi, runWorker } from './roles.ts'

const roles = { api: runApi, worker: runWorker }

/** After the first signal everything must be closed within this time, or the process ends anyway. */
const drainMs = 28_000
const beatMs = 2000

export async function serve(config: Config, role: Role): Promise<void> {
  const log = await logFor(config, role)
  // Signals first: one that arrives during the start must end the process too.
  let running: Running | undefined
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    log.info({ signal }, 'stopping')
    setTimeout(() => process.exit(1), drainMs).unref()
    if (!running) process.exit(0)
    running.stop().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, 'stopping failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  // Under a supervisor the terminal's Ctrl-C reaches both; the supervisor decides and sends SIGTERM.
  process.on('SIGINT', () => (process.send ? undefined : stop('SIGINT')))
  process.on('disconnect', () => stop('the supervisor is gone'))
  running = await roles[role](config, log).catch((error) => {
    // Else the channel to the supervisor would keep a process that could not start, until it is killed as stuck.
    process.channel?.unref()
    throw error
  })
  if (stopping) return
  process.send?.('ready')
  collectAfterStart()
  if (process.send) setInterval(() => running?.alive() && process.send?.('beat'), beatMs).unref()
}

/** What the supervisor sends a child once the database is there. */
export type Go = { readonly databaseUrl: string }

/** Waits for the supervisor's word; the modules above are loaded by then, so that a start costs the longer of both, not the sum. */
export const waitForGo = (): Promise<Go> =>
  new Promise((resolve) => process.once('message', (message) => resolve(message as Go)))
