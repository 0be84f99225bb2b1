/**
 * Processing stored events: the product's work engine against queues one would otherwise use, with the same handler. All in one
 * run and in turns, each in a process of its own, each turn from the same tables.
 */
import { defaultTenantId } from '#kernel/context/index.ts'
import { withClient } from '#kernel/database/index.ts'
import { type Child, startChild } from '../support/child.ts'
import { benchDatabase, benchServer } from '../support/database.ts'
import { median } from '../support/median.ts'
import { startRedis } from '../support/redis.ts'
import type { Question } from './contender.ts'
import { type ContenderName, effectDefinition, effectTable, type RunnerGiven, type Task } from './runner.ts'
import { queueTables, restoreQueue, saveQueue, wipeEffects } from './tables.ts'

export type ProcessingRow = {
  readonly contender: ContenderName
  readonly task: Task
  /** Completed rows that were in the product's queue before. */
  readonly history: number
  readonly events: number
  readonly rounds: number
  readonly perSecond: number
}
export type ProcessingFigures = { readonly rows: readonly ProcessingRow[]; readonly redis: string | undefined }

type Plan = Omit<ProcessingRow, 'perSecond'>
type Prepared = Plan & { readonly child: Child; readonly adminUrl: string }

const history = 1_000_000

/** A job with a transaction of its own for the real handler takes some milliseconds: fewer of them tell as much. */
function plans(quick: boolean): Plan[] {
  const plan = (contender: ContenderName, task: Task, events: number, rounds: number, before = 0): Plan => ({
    contender,
    task,
    history: before && quick ? history / 10 : before,
    events: quick ? Math.max(500, events / 10) : events,
    rounds: quick ? 1 : rounds,
  })
  return [
    plan('daytwo', 'small', 50_000, 5),
    plan('daytwo', 'small', 50_000, 5, history),
    plan('graphile-worker', 'small', 50_000, 5),
    plan('pg-boss', 'small', 50_000, 5),
    plan('pg-boss transactional', 'small', 50_000, 5),
    plan('bullmq', 'small', 50_000, 3),
    plan('daytwo', 'real', 50_000, 5),
    plan('graphile-worker', 'real', 5_000, 3),
    plan('pg-boss', 'real', 5_000, 3),
    plan('pg-boss transactional', 'real', 10_000, 5),
    plan('bullmq', 'real', 5_000, 3),
  ]
}

export async function run({ quick = false, only = '', profile = '' } = {}): Promise<ProcessingFigures> {
  const server = await benchServer()
  const closing: (() => Promise<unknown>)[] = [server.stop]
  try {
    const redis = await startRedis(server.folder)
    if (redis) closing.unshift(redis.stop)
    const work = await benchDatabase(server.url, 'daytwo_bench_work')
    closing.unshift(work.drop)
    const full = await benchDatabase(server.url, 'daytwo_bench_full')
    closing.unshift(full.drop)
    for (const { adminUrl } of [work, full]) await withClient(adminUrl, (admin) => admin.query(effectDefinition))

    const chosen = plans(quick)
      .filter(({ contender }) => contender.startsWith(only) || contender === 'daytwo')
      .filter(({ contender }) => redis || contender !== 'bullmq')
    const prepared: Prepared[] = []
    for (const plan of chosen) {
      const { url, adminUrl } = plan.history > 0 ? full : work
      const { contender, task } = plan
      const given: RunnerGiven = { contender, task, url, adminUrl, redisPort: redis?.port ?? 0 }
      const profiled = profile && contender === 'daytwo' ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
      const child = await startChild(new URL('./contender.ts', import.meta.url), given, profiled)
      closing.unshift(child.stop)
      prepared.push({ ...plan, child, adminUrl })
      await prepare(prepared.at(-1)!, quick)
    }

    const times = new Map<Prepared, number[]>(prepared.map((one) => [one, []]))
    for (let round = 0; round < Math.max(...prepared.map(({ rounds }) => rounds)); round++)
      for (const one of prepared) if (round < one.rounds) times.get(one)!.push(await turn(one))
    return {
      rows: prepared
        .map(({ child: _child, adminUrl: _url, ...plan }) => plan)
        .map((plan, index) => ({
          ...plan,
          perSecond: (plan.events / median(times.get(prepared[index]!)!)) * 1000,
        })),
      redis: redis?.version,
    }
  } finally {
    for (const close of closing) await close()
  }
}

const ask = (child: Child, what: Question['what'], n: number): Promise<number> =>
  child.ask({ what, n } satisfies Question)

/** Runs once to warm the process up, then stores the jobs that every round begins with. */
async function prepare({ child, contender, task, adminUrl, events, history: before }: Prepared, quick: boolean) {
  if (before > 0) await fillHistory(adminUrl, before)
  const warmUp = quick ? 100 : task === 'small' ? 5000 : 1000
  await ask(child, 'fill', warmUp)
  await ask(child, 'run', warmUp)
  if (contender === 'bullmq') return
  const queue = queueTables[contender]
  await withClient(adminUrl, async (admin) => {
    await admin.query(queue.empty)
    await wipeEffects(admin)
  })
  await ask(child, 'fill', events)
  await withClient(adminUrl, async (admin) => {
    await saveQueue(admin, queue, `${contender} ${task}`)
    await admin.query(queue.empty)
  })
}

async function turn({ child, contender, task, adminUrl, events }: Prepared): Promise<number> {
  if (contender === 'bullmq') await ask(child, 'fill', events)
  await withClient(adminUrl, async (admin) => {
    await wipeEffects(admin)
    if (contender !== 'bullmq') await restoreQueue(admin, queueTables[contender], `${contender} ${task}`)
    await admin.query('checkpoint')
  })
  const milliseconds = await ask(child, 'run', events)
  await withClient(adminUrl, async (admin) => {
    const { rows } = await admin.query(
      task === 'small'
        ? `select count(*)::int as n, $1::int as wanted from ${effectTable}`
        : `select (select count(*) from deployment_records)::int as n, $1::int * 3 / 10 as wanted`,
      [events],
    )
    if (rows[0].n !== rows[0].wanted)
      throw new Error(`${contender} wrote ${rows[0].n} rows of ${rows[0].wanted} (${task})`)
    // What is done must not be in the way of who comes next.
    if (contender !== 'bullmq') await admin.query(queueTables[contender].empty)
  })
  return milliseconds
}

/** What an installation has behind it: events that were processed and are kept. */
const fillHistory = (adminUrl: string, rows: number): Promise<void> =>
  withClient(adminUrl, async (admin) => {
    await admin.query(
      `insert into event_queue (tenant_id, event_source, event_type, delivery_id, content_type, segment_id, payload_offset,
        payload_length, status, outcome, attempt_count, enqueued_at, due_at, finished_at)
      select $1, 'github', 'push', 'old-' || n, 'application/json', $1, 0, 0, 'completed', 'recorded', 1,
        t.at, t.at, t.at + interval '1 second'
      from generate_series(1, $2) n cross join lateral (select now() - (n || ' seconds')::interval as at) t`,
      [defaultTenantId, rows],
    )
    await admin.query('vacuum analyze event_queue')
  })
