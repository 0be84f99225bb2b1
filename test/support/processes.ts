/** Real daytwo processes in a data folder of their own; everything a test starts is ended by it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temporary-folder.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const bin = join(root, 'bin/daytwo')

export type Started = { process: ChildProcess; output(): string; stdout(): string; exited: Promise<number | null> }

/**
 * A free port below the ephemeral range, so that nothing else takes it meanwhile. Test processes beside each other have ids beside
 * each other: each looks in a stretch of its own, for a port that another one found is free until somebody listens.
 */
export async function freePort(): Promise<number> {
  for (let port = 20_000 + (process.pid % 600) * 20; ; port++) {
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer().once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free && !given.has(port)) {
      given.add(port)
      return port
    }
  }
}
const given = new Set<number>()

/** A data folder and ports; `run` waits for a command, `start` leaves it running. */
export async function instance(extra: Record<string, string> = {}) {
  const folder = temporaryFolder()
  const port = await freePort()
  const workerPort = await freePort()
  const {
    DAYTWO_TEST_SERVER: _a,
    DAYTWO_TEST_TEMPLATE: _b,
    NODE_ENV: _c,
    NODE_TEST_CONTEXT: _d,
    ...inherited
  } = process.env
  const environment = {
    ...inherited,
    DAYTWO_DATA: join(folder, 'data'),
    PORT: String(port),
    WORKER_PORT: String(workerPort),
    ...extra,
  }
  const running = new Set<Started>()

  const start = (...args: string[]) => launch(process.execPath, [bin, ...args], folder)

  function launch(command: string, args: string[], cwd: string): Started {
    const child = spawn(command, args, {
      cwd,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    let out = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      text += chunk
    })
    const started: Started = {
      process: child,
      output: () => text,
      stdout: () => out,
      exited: new Promise((resolve) =>
        child.once('close', (code) => {
          running.delete(started)
          resolve(code)
        }),
      ),
    }
    running.add(started)
    return started
  }

  // A file that fails before its first test runs no hook.
  process.once('exit', () => {
    for (const { process: child } of running) child.kill('SIGTERM')
  })
  after(async () => {
    for (const { process: child, exited } of [...running]) {
      child.kill('SIGTERM')
      await exited
    }
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    folder,
    environment,
    url: `http://127.0.0.1:${port}`,
    workerUrl: `http://127.0.0.1:${workerPort}`,
    start,
    /** As a person or a process manager starts it. */
    npmStart: () => launch('npm', ['start'], root),
    async run(...args: string[]) {
      const started = start(...args)
      return { code: await started.exited, output: started.output(), stdout: started.stdout() }
    },
    async up() {
      const started = start('up')
      await answering(`http://127.0.0.1:${port}/healthz`, started)
      await answering(`http://127.0.0.1:${workerPort}/healthz`, started)
      return started
    },
  }
}

/** Resolves once the URL answers 200; rejects with the output when the process ends or time runs out. */
export async function answering(url: string, started: Started, withinMs = 120_000): Promise<void> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const ok = await fetch(url).then(
      (reply) => reply.ok,
      () => false,
    )
    if (ok) return
    if (started.process.exitCode !== null || performance.now() > deadline)
      throw new Error(`${url} does not answer:\n${started.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
