/** Whoever reads the log may be gone first: Ctrl-C ends both sides of `daytwo up | tee log`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { instance } from './support/processes.ts'
import { until } from './support/until.ts'

const own = await instance()
const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
/** Starts `daytwo up` and reads it; told to, sends it SIGTERM and is gone at once. */
const reader = `
  const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(main)}, 'up'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.resume()
  child.stderr.resume()
  console.log(child.pid)
  process.stdin.once('data', () => {
    child.kill('SIGTERM')
    process.kill(process.pid, 'SIGKILL')
  })`

/** Ended, also where nobody has asked yet how. */
function isGone(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}
const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )

test('[R7] SIGTERM ends every process although nobody reads their log any more', async () => {
  const reading = spawn(process.execPath, ['-e', reader], {
    env: own.environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(reading.stdout), 'line')) as [string]
  const pid = Number(line)
  await until('it serves', () => answers(`${own.url}/healthz`), 60_000)
  await until('the worker serves', () => answers(`${own.workerUrl}/healthz`), 60_000)
  // Idle: what it says of its end is then all that waits to be written, and is written at the very end.
  await new Promise((resolve) => setTimeout(resolve, 2000))
  reading.stdin.write('end')
  // Draining what is idle takes a moment; children that hang are killed after thirty seconds.
  await until('it ends', async () => isGone(pid), 20_000)
})
