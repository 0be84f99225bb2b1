/** Keeps the engines of one process running: woken by the database, polling behind it, draining when told to stop. */
import { Counter, Gauge } from 'prom-client'
import { monotonicMs, sleep } from '#kernel/clock/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { type Logger, metrics } from '#kernel/telemetry/index.ts'
import type { Engine } from './engine.ts'

const pollMs = 1000
const reclaimEveryMs = 5000
const countEveryMs = 5000
export const workChannel = 'daytwo_work'

const rows = (state: string, help: string) =>
  new Gauge({ name: `daytwo_work_${state}`, help, labelNames: ['work'], registers: [metrics] })
const dueRows = rows('due', 'Rows that are due and wait for a worker.')
const activeRows = rows('active', 'Rows that a worker holds.')
const deadRows = rows('dead', 'Dead letters.')
const finished = new Counter({
  name: 'daytwo_work_finished_total',
  help: 'Rows settled by result.',
  labelNames: ['work', 'result'],
  registers: [metrics],
})

export type Worker = {
  /** Stops claiming and resolves when what was claimed is settled. */
  stop(): Promise<void>
  /** Milliseconds since the loops last went round; large means stuck. */
  idleFor(): number
}

export async function startWorker(
  engines: readonly Engine[],
  database: Database,
  log: Logger,
  concurrency: number,
): Promise<Worker> {
  const stopping = new AbortController()
  const { signal } = stopping
  const wakers = new Map<string, Set<() => void>>()
  let beat = monotonicMs()

  /** Resolves when the table is notified, or after the poll time. */
  async function rest(table: string) {
    const nap = new AbortController()
    const wake = () => nap.abort()
    const waiting = wakers.get(table) ?? new Set()
    wakers.set(table, waiting.add(wake))
    signal.addEventListener('abort', wake, { once: true })
    await sleep(pollMs, nap.signal)
    waiting.delete(wake)
    signal.removeEventListener('abort', wake)
  }

  /** One round; false when nothing was due or the round could not be made. */
  async function round(engine: Engine): Promise<boolean> {
    beat = monotonicMs()
    try {
      const { claimed, completed, failed } = await engine.round()
      finished.inc({ work: engine.work.name, result: 'completed' }, completed)
      finished.inc({ work: engine.work.name, result: 'failed' }, failed)
      return claimed > 0
    } catch (error) {
      log.warn({ work: engine.work.name, err: error }, 'a round of work failed; trying again')
      return false
    }
  }

  /** While nothing is due one loop looks; once something is, `concurrency` of them work until nothing is. */
  async function loop(engine: Engine) {
    const untilNothingIsDue = async () => {
      while (!signal.aborted && (await round(engine)));
    }
    while (!signal.aborted) {
      if (await round(engine)) await Promise.all(Array.from({ length: concurrency }, untilNothingIsDue))
      else await rest(engine.work.table)
    }
  }

  async function repeat(everyMs: number, what: (engine: Engine) => Promise<void>) {
    while (!signal.aborted) {
      for (const engine of engines)
        await what(engine).catch((error) => log.debug({ err: error }, 'upkeep of work failed'))
      await sleep(everyMs, signal)
    }
  }

  await database.listen(workChannel, (table) => {
    const woken = table === undefined ? [...wakers.values()] : [wakers.get(table) ?? new Set<() => void>()]
    for (const waiting of woken) for (const wake of waiting) wake()
  })
  const running = [
    ...engines.map(loop),
    repeat(reclaimEveryMs, async (engine) => {
      const taken = await engine.reclaim()
      if (taken > 0) log.warn({ work: engine.work.name, rows: taken }, 'took back rows of a dead or stuck worker')
    }),
    repeat(countEveryMs, measure),
  ]
  return {
    idleFor: () => monotonicMs() - beat,
    async stop() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

async function measure(engine: Engine) {
  const counts = new Map((await engine.counts()).map((row) => [row.status, row]))
  const work = engine.work.name
  dueRows.set({ work }, counts.get('pending')?.due ?? 0)
  activeRows.set({ work }, counts.get('processing')?.count ?? 0)
  deadRows.set({ work }, counts.get('dead_lettered')?.count ?? 0)
}

/** Runs rounds until nothing is due: what a command or a test calls. */
export async function drain(
  engine: Engine,
  each?: (settled: number) => void,
): Promise<{ completed: number; failed: number }> {
  const total = { completed: 0, failed: 0 }
  await engine.reclaim()
  for (;;) {
    const round = await engine.round()
    if (round.claimed === 0) return total
    total.completed += round.completed
    total.failed += round.failed
    each?.(total.completed + total.failed)
  }
}

/** Drains all engines until none has anything due any more: settled work may cause work of another engine. */
export async function drainAll(engines: readonly Engine[]): Promise<void> {
  for (let done = 1; done > 0; ) {
    done = 0
    for (const engine of engines) done += (await drain(engine)).completed
  }
}
