/** The whole product in a data folder of its own, started as a person starts it, with an administrator who can sign in. */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '#test/support/temporary-folder.ts'
import { freePort } from './ports.ts'

const command = fileURLToPath(new URL('../../bin/daytwo', import.meta.url))
const startsWithinMs = 60_000

export type Instance = {
  readonly url: string
  readonly email: string
  readonly password: string
  /** Runs a command beside it; throws with its output when it fails. */
  run(...args: string[]): Promise<void>
  stop(): Promise<void>
}

/** Resolves once it answers. */
export async function startInstance(): Promise<Instance> {
  const folder = temporaryFolder()
  const port = await freePort()
  const [email, password] = ['maria@example.com', 'violet harbour lantern orchard']
  const env = {
    ...process.env,
    DAYTWO_DATA: folder,
    DAYTWO_ADMIN_EMAIL: email,
    DAYTWO_ADMIN_PASSWORD: password,
    PORT: String(port),
    WORKER_PORT: String(await freePort()),
  }
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [command, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    return { child, output: () => text, ended: ended(child) }
  }
  const product = start('up')
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    product.child.kill('SIGTERM')
    await product.ended
    rmSync(folder, { recursive: true, force: true })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted)
  }
  // Whoever interrupts a bench should find nothing of it afterwards.
  const interrupted = () => void stop().finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  const deadline = performance.now() + startsWithinMs
  while (!(await answers(`${url}/readyz`))) {
    if (product.child.exitCode !== null || performance.now() > deadline) {
      await stop()
      throw new Error(`daytwo does not start:\n${product.output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    url,
    email,
    password,
    stop,
    async run(...args) {
      const done = start(...args)
      if ((await done.ended) !== 0) throw new Error(`daytwo ${args.join(' ')} failed:\n${done.output()}`)
    },
  }
}

const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once('close', resolve))

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )
