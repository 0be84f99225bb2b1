/**
 * The product's processes as `daytwo up` runs them: children with a channel over which they are told the database and give
 * signs of life. Tests send them real signals. They end with the test, even when it is killed, because their channel closes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temporary-folder.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type Member = {
  readonly process: ChildProcess
  /** Resolves with the first sign of life; rejects with the output when the process ends before. */
  readonly ready: Promise<void>
  readonly exited: Promise<Ended>
  /** `performance.now()` of the last sign of life; infinite before the first, for a start takes as long as it takes. */
  beatAt(): number
  output(): string
  alive(): boolean
  /** Calls back with every message that is not a mere sign of life. */
  onMessage(heard: (message: unknown) => void): void
}

export type Product = {
  /** `api`, `worker`, or the path of a program that is told the database the same way. */
  start(program: 'api' | 'worker' | URL, environment?: Record<string, string>): Member
  stopAll(): Promise<void>
}

/** Output is kept to explain a failure; more than its end nobody reads. */
const keptOutput = 20_000

export function productOn(databaseUrl: string, environment: Record<string, string>): Product {
  const folder = temporaryFolder()
  const { NODE_TEST_CONTEXT: _context, ...inherited } = process.env
  const running = new Set<Member>()

  function start(program: 'api' | 'worker' | URL, extra: Record<string, string> = {}): Member {
    const command = program instanceof URL ? [fileURLToPath(program)] : [main, program]
    const child = spawn(process.execPath, command, {
      cwd: folder,
      env: {
        ...inherited,
        NODE_ENV: 'test',
        DAYTWO_DATA: folder,
        LOG_DIR: '-',
        LOG_LEVEL: 'warn',
        ...environment,
        ...extra,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    let text = ''
    let beatAt = Number.POSITIVE_INFINITY
    const listeners: ((message: unknown) => void)[] = []
    const ready = Promise.withResolvers<void>()
    const keep = (chunk: unknown) => {
      text = (text + chunk).slice(-keptOutput)
    }
    child.stdout!.on('data', keep)
    child.stderr!.on('data', keep)
    child.on('message', (message) => {
      beatAt = performance.now()
      ready.resolve()
      if (typeof message !== 'string') for (const heard of listeners) heard(message)
    })
    child.on('error', () => undefined)
    const member: Member = {
      process: child,
      ready: ready.promise,
      exited: new Promise((resolve) =>
        child.once('close', (code, signal) => {
          running.delete(member)
          // What it said tells why; one that a signal ended was killed, by the test or by itself for the test.
          if (code !== null && code > 0 && !child.killed)
            console.log(`a process ended by itself (${code ?? signal}):\n${text}`)
          ready.reject(new Error(`a process ended before it was ready (${code ?? signal}):\n${text}`))
          resolve({ code, signal })
        }),
      ),
      beatAt: () => beatAt,
      output: () => text,
      alive: () => child.exitCode === null && child.signalCode === null,
      onMessage: (heard) => void listeners.push(heard),
    }
    ready.promise.catch(() => undefined)
    running.add(member)
    child.send({ databaseUrl })
    return member
  }

  async function stopAll() {
    await Promise.all(
      [...running].map(async ({ process: child, exited }) => {
        // A stopped process takes its SIGTERM only when it goes on.
        child.kill('SIGCONT')
        child.kill('SIGTERM')
        const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
        await exited
        clearTimeout(force)
      }),
    )
  }

  after(async () => {
    await stopAll()
    rmSync(folder, { recursive: true, force: true })
  })
  return { start, stopAll }
}
