/** Keeps the engines of one process running: woken by the database, polling behind it, draining when told to stop. */
import { Counter, Gauge } from 'prom-client'
import { monotonicMs, sleep } from '#kernel/clock/index.ts'
import type { Database } from '#kernel/database/index.ts'
import { type Logger, metrics } from '#kernel/telemetry/index.ts'
import type { Lane } from './definition.ts'
import type { Engine } from './engine.ts'
import { type Levels, minuteRecorder } from './minutes.ts'

const pollMs = 1000
/** All loops but an engine's first: those are woken by it, this is the net below. */
const spareLoopPollMs = 5000
/** What is claimed gets this long to be settled when the worker stops; the rest is given back. */
const drainMs = 8000
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
  /** Stops claiming and resolves when what was claimed is settled, or given back when that takes too long. */
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
  /** Loops that rest, by what would wake them; the one that rests longest is woken first. */
  const resting = new Map<Engine, (() => void)[]>()
  const tallies = new Map(engines.map((engine) => [engine, { completed: 0, failed: 0 }]))
  let beat = monotonicMs()

  /** Engines that were called while none of their loops rested: what was just looked for may have come since. */
  const called = new Set<Engine>()

  /** Resolves when woken, or after `ms`. */
  async function rest(engine: Engine, ms: number) {
    if (called.delete(engine)) return
    const nap = new AbortController()
    const wake = () => nap.abort()
    const waiting = resting.get(engine) ?? []
    waiting.push(wake)
    resting.set(engine, waiting)
    signal.addEventListener('abort', wake, { once: true })
    await sleep(ms, nap.signal)
    signal.removeEventListener('abort', wake)
    const at = waiting.indexOf(wake)
    if (at >= 0) waiting.splice(at, 1)
  }
  /** Wakes one loop: it alone looks, and calls the next one when it found a whole batch. */
  function wakeOne(engine: Engine) {
    const wake = resting.get(engine)?.shift()
    if (wake) wake()
    else called.add(engine)
  }

  /** One round; the number of rows claimed, 0 also when the round could not be made. */
  async function round(engine: Engine, lane: Lane): Promise<number> {
    beat = monotonicMs()
    try {
      const { claimed, completed, failed } = await engine.round(lane)
      finished.inc({ work: engine.work.name, result: 'completed' }, completed)
      finished.inc({ work: engine.work.name, result: 'failed' }, failed)
      const tally = tallies.get(engine)!
      tally.completed += completed
      tally.failed += failed
      return claimed
    } catch (error) {
      log.warn({ work: engine.work.name, err: error }, 'a round of work failed; trying again')
      return 0
    }
  }

  async function loop(engine: Engine, index: number) {
    while (!signal.aborted) {
      const claimed = await round(engine, 'fresh')
      if (claimed === 0) await rest(engine, index === 0 ? pollMs : spareLoopPollMs)
      else if (claimed >= engine.work.batch) wakeOne(engine)
    }
  }

  /** Rows that already cost an attempt come due by time, not by a notification. */
  async function triedLoop(engine: Engine) {
    while (!signal.aborted) if ((await round(engine, 'tried')) === 0) await sleep(pollMs, signal)
  }

  async function repeat(everyMs: number, what: (engine: Engine) => Promise<void>) {
    while (!signal.aborted) {
      for (const engine of engines)
        await what(engine).catch((error) => log.debug({ err: error }, 'upkeep of work failed'))
      await sleep(everyMs, signal)
    }
  }

  await database.listen(workChannel, (table) => {
    for (const engine of engines) if (table === undefined || table === engine.work.table) wakeOne(engine)
  })
  const recordMinute = minuteRecorder(database)
  const loops = engines.flatMap((engine) => [
    ...Array.from({ length: concurrency }, (_, index) => loop(engine, index)),
    triedLoop(engine),
  ])
  const upkeep = [
    repeat(reclaimEveryMs, async (engine) => {
      const taken = await engine.reclaim()
      if (taken > 0) log.warn({ work: engine.work.name, rows: taken }, 'took back rows of a dead or stuck worker')
    }),
    repeat(countEveryMs, async (engine) => {
      const levels = await measure(engine)
      await recordMinute(engine.work.name, levels, tallies.get(engine)!)
    }),
  ]
  return {
    idleFor: () => monotonicMs() - beat,
    async stop() {
      stopping.abort()
      const settled = Promise.all(loops).then(() => true)
      if (!(await Promise.race([settled, sleep(drainMs).then(() => false)])))
        for (const engine of engines)
          await engine.release().catch((error) => log.warn({ err: error }, 'claims could not be given back'))
      await Promise.all(upkeep)
    },
  }
}

async function measure(engine: Engine): Promise<Levels> {
  const counts = new Map((await engine.counts()).map((row) => [row.status, row]))
  const work = engine.work.name
  const levels = {
    due: counts.get('pending')?.due ?? 0,
    active: counts.get('processing')?.count ?? 0,
    dead: counts.get('dead_lettered')?.count ?? 0,
  }
  dueRows.set({ work }, levels.due)
  activeRows.set({ work }, levels.active)
  deadRows.set({ work }, levels.dead)
  return levels
}

/** Runs rounds until nothing is due, or begins none after `forMs`: what a command or a test calls. */
export async function drain(
  engine: Engine,
  each?: (settled: number) => void,
  forMs = Number.POSITIVE_INFINITY,
): Promise<{ completed: number; failed: number }> {
  const total = { completed: 0, failed: 0 }
  const begun = monotonicMs()
  await engine.reclaim()
  for (let claimed = 1; claimed > 0 && monotonicMs() - begun < forMs; ) {
    claimed = 0
    for (const lane of ['fresh', 'tried'] as const) {
      const round = await engine.round(lane)
      claimed += round.claimed
      total.completed += round.completed
      total.failed += round.failed
      if (round.claimed > 0) each?.(total.completed + total.failed)
    }
  }
  return total
}

/** Drains all engines until none has anything due any more: settled work may cause work of another engine. */
export async function drainAll(engines: readonly Engine[]): Promise<void> {
  for (let done = 1; done > 0; ) {
    done = 0
    for (const engine of engines) done += (await drain(engine)).completed
  }
}
