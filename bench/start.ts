/**
 * Start and memory of the whole product, as a person starts it (`npm start`): from the command to the first 200, on a fresh data
 * folder and on one with data, and the proportional set size (PSS) of all its processes when idle. Linux only (/proc).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '#test/support/temporary-folder.ts'
import { median } from './support/median.ts'

export type StartFigures = {
  firstEverMs: number
  withDataMs: number
  idlePssMb: number
  byProcess: Record<string, number>
}

const root = fileURLToPath(new URL('../', import.meta.url))
const port = 23_333
const idleMs = 15_000

export async function run(rounds = 5): Promise<StartFigures> {
  const first: number[] = []
  const again: number[] = []
  const memory: { total: number; byProcess: Record<string, number> }[] = []
  for (let round = 0; round < rounds; round++) {
    const folder = temporaryFolder()
    try {
      for (const times of [first, again]) {
        const started = performance.now()
        const child = spawn('npm', ['start', '--silent'], {
          cwd: root,
          stdio: 'ignore',
          env: { ...process.env, DAYTWO_DATA: folder, PORT: String(port), WORKER_PORT: String(port + 1) },
        })
        await firstAnswer()
        times.push(performance.now() - started)
        if (times === again && round === 0) {
          await new Promise((resolve) => setTimeout(resolve, idleMs))
          memory.push(pss(child))
        }
        await stop(child)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return {
    firstEverMs: median(first),
    withDataMs: median(again),
    idlePssMb: memory[0]!.total,
    byProcess: memory[0]!.byProcess,
  }
}

async function firstAnswer(): Promise<void> {
  const ask = () =>
    new Promise<boolean>((resolve) => {
      http
        .get({ port, host: '127.0.0.1', path: '/readyz' }, (reply) => {
          reply.resume()
          resolve(reply.statusCode === 200)
        })
        .on('error', () => resolve(false))
    })
  while (!(await ask())) await new Promise((resolve) => setTimeout(resolve, 10))
}

type Process = { pid: number; parent: number; command: string }
const processes = (): Process[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, ...command] = line.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), command: command.join(' ') }
    })

/** Every process below `child`, npm itself left out: it is not ours. */
function below(child: ChildProcess): Process[] {
  const all = processes()
  const found: Process[] = []
  const pending = [child.pid!]
  for (let pid = pending.pop(); pid !== undefined; pid = pending.pop())
    for (const process of all)
      if (process.parent === pid) {
        found.push(process)
        pending.push(process.pid)
      }
  return found.filter(({ command }) => !/^(npm|sh)\b/.test(command))
}

const roleOf = (command: string) =>
  /main\.ts (api|worker)$/.exec(command)?.[1] ?? (command.includes('postgres') ? 'postgresql' : 'supervisor')

function pss(child: ChildProcess) {
  const byProcess: Record<string, number> = {}
  for (const { pid, command } of below(child)) {
    const kilobytes = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1])
    byProcess[roleOf(command)] = (byProcess[roleOf(command)] ?? 0) + kilobytes / 1024
  }
  return { total: Object.values(byProcess).reduce((sum, mb) => sum + mb, 0), byProcess }
}

async function stop(child: ChildProcess) {
  const supervisor = below(child).find(({ command }) => roleOf(command) === 'supervisor')!
  const gone = new Promise((resolve) => child.once('exit', resolve))
  process.kill(supervisor.pid, 'SIGTERM')
  await gone
}

if (import.meta.main) console.log(await run())
